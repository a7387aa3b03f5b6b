/// The name of an element as it stands, with its prefix if it has one. Names are equal if their bytes are.
package struct XMLName: Sendable, Hashable {
    let bytes: ArraySlice<UInt8>

    package static func ~= (pattern: StaticString, name: XMLName) -> Bool {
        name.bytes.elementsEqual(
            UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount))
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
