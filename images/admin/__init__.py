from images.admin.pictures import PictureAdmin

__all__ = ["PictureAdmin"]
