from django import forms
from django.core.validators import validate_image_file_extension

from images.uploads import re_encode


class UploadedPicture(forms.ImageField):
    """What a form hands on is our own re-encoding: nobody else decodes what was sent."""

    def to_python(self, data):
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        validate_image_file_extension(file)
        return re_encode(file)
