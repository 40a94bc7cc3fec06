from pictures.tasks import _process_picture


def make_renditions(*, storage, file_name, sender, new=None, old=None):
    """Draw the sizes that pages ask for, at once: a saved picture is one that can be shown."""
    _process_picture(storage=storage, file_name=file_name, sender=sender, new=new, old=old)
