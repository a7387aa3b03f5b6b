extension Unicode.Scalar {
    /// Whether it steers what shows it, or is not to be seen there and no space either: control
    /// characters, separators of lines and paragraphs, and what is ignored by default, as the
    /// characters that turn the direction of writing, fillers, joiners, variation selectors and tags
    /// are.
    ///
    /// The same on every machine: what Unicode ignores by default is settled for scalars to come as
    /// well.
    var isHidden: Bool {
        switch value {
        case 0x20...0x7e: false
        case 0...0x1f, 0x7f...0x9f, 0x2028, 0x2029: true
        // Anchors of annotations, and letters, marks and symbols that are blank.
        case 0xfff9...0xfffb, 0x2800, 0x16fe4, 0x13441, 0x13442, 0x1d159: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
