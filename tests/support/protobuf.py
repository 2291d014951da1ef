"""The wire format of protocol buffers, as far as remote_write and expositions need it."""
import struct


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def message(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def number(field, value):
    return varint(field << 3) + varint(value)


def signed(field, value):
    return varint(field << 3) + zigzag(value)


def double(field, value):
    return varint(field << 3 | 1) + struct.pack("<d", value)


def doubles(field, values):
    return message(field, b"".join(struct.pack("<d", value) for value in values))


def field(number_of_field, content):
    """By the kind of the content: text, bytes or a message; a double; a whole number."""
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes):
        return message(number_of_field, content)
    if isinstance(content, float):
        return double(number_of_field, content)
    return number(number_of_field, content & (1 << 64) - 1)
