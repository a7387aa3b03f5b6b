/// Where a text's bytes lie, with ``ByteScan/padding`` after them.
struct PaddedText {
    var text: UnsafeRawBufferPointer
    var start: Int
    var size: Int
    /// Whether JSON is known to hold it as it is, without escapes.
    var isPlain = false
}
