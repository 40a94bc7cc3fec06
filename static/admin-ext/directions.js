"use strict";

// What people wrote runs its own way within the pages that are Django's own: choices, rows of
// lists, the way to a row. The interface around it keeps its direction.
(() => {
  const WRITTEN = "option, #result_list :is(th, td), #deleted-objects li, #change-history td";
  const LINKS = ":is(.actionlist, .breadcrumbs, #changelist-filter) a";
  for (const element of document.querySelectorAll(`${WRITTEN}, ${LINKS}`)) {
    if (!element.dir) element.dir = "auto";
  }

  // It stands behind select2 and before the page is whole, which is when choices are drawn.
  const choices = window.django?.jQuery?.fn.select2;
  const isolated = ({ text }) => Object.assign(document.createElement("bdi"), { textContent: text });
  choices?.defaults.set("templateSelection", isolated);
  choices?.defaults.set("templateResult", isolated);
})();
