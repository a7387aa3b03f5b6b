/// The contents of JSON strings that have been checked by ``JSONScanner``.
enum JSONString {
    /// The value of four hexadecimal digits.
    static func hexadecimal(_ text: RawSpan, at offset: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            let byte = text.byte(at: offset + index)
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    /// Replaces the escapes in `start..<end` of `memory` by what they stand for, which is never
    /// longer; returns the new end.
    static func unescape(
        _ memory: UnsafeMutableRawBufferPointer, from start: Int, to end: Int
    ) -> Int {
        let text = UnsafeRawBufferPointer(memory).bytes
        var source = ByteScan.first(0x5c, in: text, from: start, to: end)
        var target = source
        while source < end {
            // Here a backslash stands at `source`.
            source = unescapeOne(memory, text, from: source, to: &target)
            let next = ByteScan.first(0x5c, in: text, from: source, to: end)
            if next > source {
                let moved = UnsafeRawBufferPointer(rebasing: memory[source..<next])
                UnsafeMutableRawBufferPointer(rebasing: memory[target..<target + moved.count])
                    .copyMemory(from: moved)
                target += moved.count
            }
            source = next
        }
        return target
    }

    /// Writes the character of the escape at `source`; returns where the text goes on.
    private static func unescapeOne(
        _ memory: UnsafeMutableRawBufferPointer, _ text: RawSpan, from source: Int,
        to target: inout Int
    ) -> Int {
        func put(_ byte: UInt8) {
            memory[target] = byte
            target += 1
        }
        switch text.byte(at: source + 1) {
        case 0x62: put(0x08)
        case 0x66: put(0x0c)
        case 0x6e: put(0x0a)
        case 0x72: put(0x0d)
        case 0x74: put(0x09)
        case 0x75:
            var unit = hexadecimal(text, at: source + 2) ?? 0
            var size = 6
            if unit & 0xfc00 == 0xd800 {
                let low = hexadecimal(text, at: source + 8) ?? 0
                unit = 0x10000 + (unit & 0x3ff) << 10 + (low & 0x3ff)
                size = 12
            }
            Unicode.Scalar(unit).map { UTF8.encode($0)?.forEach(put) }
            return source + size
        case let byte: put(byte)
        }
        return source + 2
    }

    /// Whether the string of `value` says `name`, escapes resolved.
    @inline(__always)
    static func equals(_ value: JSONScanner.Value, _ name: String, _ text: RawSpan) -> Bool {
        guard value.hasEscapes || value.end &- value.start == name.utf8.count else { return false }
        return isSame(value, name, text)
    }

    @inline(never)
    private static func isSame(
        _ value: JSONScanner.Value, _ name: String, _ text: RawSpan
    ) -> Bool {
        if value.hasEscapes { return copy(value, text).elementsEqual(name.utf8) }
        var name = name
        return name.withUTF8 { name in
            name.indices.allSatisfy { text.byte(at: value.start + $0) == name[$0] }
        }
    }

    /// The bytes of `value`, escapes resolved.
    static func copy(_ value: JSONScanner.Value, _ text: RawSpan) -> [UInt8] {
        let size = value.end - value.start
        return [UInt8](unsafeUninitializedCapacity: size + ByteScan.padding) { bytes, count in
            bytes.initialize(repeating: 0)
            for index in 0..<size { bytes[index] = text.byte(at: value.start + index) }
            count = unescape(UnsafeMutableRawBufferPointer(bytes), from: 0, to: size)
        }
    }
}
