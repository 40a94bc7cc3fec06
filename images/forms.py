from django import forms
from django.core.validators import FileExtensionValidator

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
