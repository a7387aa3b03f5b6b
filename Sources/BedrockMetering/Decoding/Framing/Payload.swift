/// A document in an event's Base64, to be decoded once what came before it has been handed on.
struct Payload {
    /// Out of its Base64.
    var bytes: [UInt8]
    /// The nearest time around it.
    var time: Int64?
    /// Where its event lies.
    var line: Int
    var byteOffset: Int
    /// Whether it is a line that was put together from pieces, not out of Base64.
    var isLine = false
}
