from django import forms
from django.core.validators import FileExtensionValidator

from images.models import CENTRE
from images.uploads import EXTENSIONS, FORMATS, re_encode

validate_extension = FileExtensionValidator(EXTENSIONS)


class UploadedPicture(forms.ImageField):
    """What a form hands on is our own re-encoding: nobody else decodes what was sent."""

    def __init__(self, **kwargs):
        # Stored under a name of our own, however long the sent one is.
        super().__init__(**kwargs | {"max_length": None})

    def widget_attrs(self, widget):
        # Telephones that take pictures of another kind send one of these instead.
        kinds = ",".join(f"image/{name.lower()}" for name in FORMATS)
        return super().widget_attrs(widget) | {"accept": kinds}

    def to_python(self, data):
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        validate_extension(file)
        return re_encode(file)


class PictureForm(forms.ModelForm):
    """Without a focal point the middle is one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"focal_x", "focal_y"}:
            self.fields[name].required = False

    def clean_focal_x(self):
        return self._or_the_centre("focal_x")

    def clean_focal_y(self):
        return self._or_the_centre("focal_y")

    def _or_the_centre(self, name):
        share = self.cleaned_data.get(name)
        return CENTRE if share is None else share
