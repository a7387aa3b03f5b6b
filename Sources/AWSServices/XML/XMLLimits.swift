/// What a document may hold: more than any answer needs, and little enough that the worst document costs no
/// more than the best one of its size.
package struct XMLLimits: Sendable {
    /// Elements inside each other.
    package var depth = 32
    /// Elements in all. A listing of 1,000 objects has some ten for each.
    package var elements = 65_536
    /// Attributes of an element.
    package var attributes = 16
    /// Bytes of a name.
    package var nameSize = 256
    /// Bytes of an attribute's value.
    package var attributeSize = 8 << 10
    /// Bytes of a text that is wanted.
    package var textSize = 64 << 10

    package init() {}
}
