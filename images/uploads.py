def re_encode(file):
    return file
