"""Clipboards written by hand in the manner of the programs that fill them."""

WORD = r"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!--
 p.MsoNormal, li.MsoNormal {margin:0cm; font-size:12.0pt; font-family:"Calibri",sans-serif;}
 p.MsoTitle {mso-style-name:Title; font-size:28.0pt;}
 span.MsoFootnoteReference {vertical-align:super;}
--></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1>The streaming
year<o:p></o:p></h1>
<p class=MsoNormal>Listeners paid <b style='mso-bidi-font-weight:normal'>more</b><b>&nbsp;than ever</b>, and <i>far</i>
more often<a style='mso-footnote-id:ftn1' href="file:///C:/Users/me/clip.htm#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span></span></a>.
See <a href="https://example.org/report">the report</a>.<o:p></o:p></p>
<h2>What grew</h2>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Music<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Songs<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Talk<o:p></o:p></p>
<p class=MsoNormal>In order:</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span><![endif]>First</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span><![endif]>Second</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Firm<o:p></o:p></b></p></td><td><p class=MsoNormal align=right style='text-align:right'><b>Users</b></p></td></tr>
<tr><td><p class=MsoNormal>Spotify</p></td><td><p class=MsoNormal align=right style='text-align:right'>268 m</p></td></tr></table>
<p class=MsoQuote>Nobody expected it.<o:p></o:p></p>
<p class=MsoNormal><img width=300 height=200 src="file:///C:/Temp/msohtmlclip1/01/clip_image002.png" alt="A chart that rises"></p>
<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width="33%"><![endif]>
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="file:///C:/Users/me/clip.htm#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a> By <i>their own</i> count.<o:p></o:p></p></div></div>
<!--EndFragment--></body></html>"""

WORD_AS_MARKDOWN = """## The streaming year

Listeners paid **more than ever**, and *far* more often[^1]. See [the report](https://example.org/report).

### What grew

- Music
  - Songs
- Talk

In order:

1. First
2. Second

| Firm | Users |
| --- | ---: |
| Spotify | 268 m |

> Nobody expected it.

![A chart that rises](clip_image002.png)

[^1]: By *their own* count.
"""

DOCS = r"""<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1b2c"><h1 dir="ltr" style="line-height:1.38;"><span style="font-size:20pt;font-family:Arial;font-weight:400;">The streaming year</span></h1><p dir="ltr" style="line-height:1.38;"><span style="font-size:11pt;font-family:Arial;font-weight:400;">Listeners paid </span><span style="font-size:11pt;font-weight:700;">more</span><span style="font-weight:700;"> than ever</span><span style="font-weight:400;">, and </span><span style="font-weight:400;font-style:italic;">far</span><span style="font-weight:400;"> more often</span><a href="#ftnt1" id="ftnt_ref1"><sup><span style="vertical-align:super">[1]</span></sup></a><span>. See </span><a href="https://www.google.com/url?q=https://example.org/report?a%3D1&amp;sa=D&amp;source=editors&amp;usg=AOv" style="text-decoration:none;"><span style="color:#1155cc;text-decoration:underline;">the report</span></a><span>.</span></p><br /><h2 dir="ltr"><span style="font-weight:400">What grew</span></h2><ul style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400">Music</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr" role="presentation"><span>Songs</span></p></li></ul><li dir="ltr" aria-level="1"><p role="presentation"><span style="font-weight:400">Talk</span></p></li></ul><ol><li aria-level="1"><p role="presentation"><span>First</span></p></li><li aria-level="1"><p role="presentation"><span>Second</span></p></li></ol><div dir="ltr" align="left"><table style="border:none;"><colgroup><col width="300"><col></colgroup><tbody><tr><td><p dir="ltr"><span style="font-weight:700">Firm</span></p></td><td><p dir="ltr" style="text-align: right;"><span style="font-weight:700">Users</span></p></td></tr><tr><td><p dir="ltr"><span>Spotify</span></p></td><td><p dir="ltr" style="text-align: right;"><span>268 m</span></p></td></tr></tbody></table></div><br /><p dir="ltr"><span style="font-family:'Courier New',monospace;">total = paid + free</span></p><p dir="ltr"><span style="font-family:'Courier New',monospace;">print(total)</span></p><p dir="ltr"><span><span style="border:none;display:inline-block;overflow:hidden;"><img src="https://lh7-rt.googleusercontent.com/docsz/AD_4nXe" width="300" height="200" alt="A chart that rises" /></span></span></p><hr /><div><p dir="ltr"><a href="#ftnt_ref1" id="ftnt1">[1]</a><span style="font-size:10pt"> By </span><span style="font-style:italic">their own</span><span> count.</span></p></div></b><br class="Apple-interchange-newline">"""

DOCS_AS_MARKDOWN = """## The streaming year

Listeners paid **more than ever**, and *far* more often[^1]. See [the report](https://example.org/report?a=1).

### What grew

- Music
  - Songs
- Talk

1. First
2. Second

| Firm | Users |
| --- | ---: |
| Spotify | 268 m |

```
total = paid + free
print(total)
```

![A chart that rises](https://lh7-rt.googleusercontent.com/docsz/AD_4nXe)

---

[^1]: By *their own* count.
"""

WEB = r"""<meta charset='utf-8'><html><head></head><body><!--StartFragment--><script>window.wasRun = 1</script><img src="/run-me.png" onerror="window.wasRun = 2" style="display:none">
<h2 style="color: rgb(0,0,0)" onclick="window.wasRun = 3">The streaming year</h2><p style="margin: 0px">Listeners paid <strong>more than ever</strong>, and <em>far</em> more often<sup id="cite_ref-1"><a href="https://encyclopedia.example/wiki/Streaming#cite_note-1">[1]</a></sup>. See <a href="/report" onmouseover="window.wasRun = 4">the report</a> and <a href="javascript:alert(1)">nothing</a>.</p>
<h3>What grew</h3><ul><li>Music<ul><li>Songs</li></ul></li><li>Talk<br>shows</li></ul><ol start="3"><li>Third</li><li>Fourth</li></ol>
<table><caption>Users</caption><thead><tr><th>Firm</th><th style="text-align:right">Users</th></tr></thead><tbody><tr><td>Spotify | Ltd</td><td style="text-align:right">268 m</td></tr></tbody></table>
<blockquote><p>Nobody expected it.</p><p>Not even we.</p></blockquote>
<pre class="language-python"><code>if a &lt; b:
    print("*")
</code></pre>
<p>Call <code>paid()</code>, an <u>&lt;mark&gt;</u> and H<sub>2</sub>O.</p>
<figure><img src="https://encyclopedia.example/chart.png" alt="A chart that rises"><figcaption>Paid users</figcaption></figure>
<ol><li id="cite_note-1"><b><a href="https://encyclopedia.example/wiki/Streaming#cite_ref-1">^</a></b> By <i>their own</i> count.</li></ol><!--EndFragment--></body></html>"""

WEB_AS_MARKDOWN = """## The streaming year

Listeners paid **more than ever**, and *far* more often[^1]. See [the report](/report) and nothing.

### What grew

- Music
  - Songs
- Talk\\
  shows

3. Third
4. Fourth

Users

| Firm | Users |
| --- | ---: |
| Spotify \\| Ltd | 268 m |

> Nobody expected it.
> 
> Not even we.

```python
if a < b:
    print("*")
```

Call `paid()`, an \\<mark> and H<sub>2</sub>O.

![A chart that rises](https://encyclopedia.example/chart.png)

*Paid users*

[^1]: By *their own* count.
"""

PAGES = r"""<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN"><html><head><meta name="Generator" content="Cocoa HTML Writer"><style type="text/css">
p.p1 {margin: 0.0px 0.0px 12.0px 0.0px; font: 30.0px 'Helvetica Neue'}
p.p2 {margin: 0.0px; font: 11.0px 'Helvetica Neue'}
p.p3 {margin: 0.0px; font: 18.0px 'Helvetica Neue'}
li.li2 {margin: 0.0px; font: 11.0px 'Helvetica Neue'}
span.s1 {font-weight: bold}
td.td1 {border-style: solid}
</style></head><body>
<p class="p1"><b>The streaming year</b></p>
<p class="p2">Listeners paid <span class="s1">more than ever</span>,<span class="Apple-converted-space">&nbsp;</span> and <i>far</i> more often, wherever one looked.</p>
<p class="p3"><b>What grew</b></p>
<ul class="ul1"><li class="li2">Music<ul class="ul2"><li class="li2">Songs</li></ul></li><li class="li2">Talk</li></ul>
<table cellspacing="0" cellpadding="0" class="t1"><tbody><tr><td valign="top" class="td1"><p class="p2"><b>Firm</b></p></td><td class="td1"><p class="p2"><b>Users</b></p></td></tr><tr><td class="td1"><p class="p2">Spotify</p></td><td class="td1"><p class="p2">268 m</p></td></tr></tbody></table>
</body></html>"""

PAGES_AS_MARKDOWN = """## The streaming year

Listeners paid **more than ever**, and *far* more often, wherever one looked.

### What grew

- Music
  - Songs
- Talk

| Firm | Users |
| --- | --- |
| Spotify | 268 m |
"""
