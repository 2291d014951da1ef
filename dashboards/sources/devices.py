"""Which devices and file systems are worth a chart."""

# What is no file system of its own: what lives in memory, or shows another one's space again.
REAL = 'fstype!~"tmpfs|ramfs|overlay|squashfs|fuse.lxcfs"'
PHYSICAL = 'device!~"lo|veth.*|docker.*|br-.*|cali.*|cni.*|flannel.*|virbr.*"'
