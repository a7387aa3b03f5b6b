import CZlib

/// The header of a gzip member (RFC 1952, section 2.3) or of a zlib stream (RFC 1950, section 2.2), taken
/// byte by byte.
struct MemberHeader {
    private enum Field {
        case fixed, extraSize, extra, name, comment, checksum, zlibFlags, none
    }

    private var field = Field.fixed
    /// Bytes of the field so far.
    private var taken = 0
    private var extraSize = 0
    private var flags: UInt8 = 0
    private var checksum: UInt = 0
    /// The first byte of a zlib stream; nil in a gzip member.
    private var zlibMethod: UInt8?

    private enum Flag {
        static let checksum: UInt8 = 2
        static let extra: UInt8 = 4
        static let name: UInt8 = 8
        static let comment: UInt8 = 16
        static let reserved: UInt8 = 0xe0
    }

    var isComplete: Bool { field == .none }

    /// Whether it is that of a zlib stream.
    var isZlib: Bool { zlibMethod != nil }

    /// Takes the next byte; returns false where no header has it.
    mutating func take(_ byte: UInt8) -> Bool {
        if field == .checksum {
            // The low half of that of all bytes before it.
            let isSound = UInt8(truncatingIfNeeded: checksum >> UInt(8 * taken)) == byte
            taken += 1
            if taken == 2 { field = .none }
            return isSound
        }
        if let zlibMethod {
            field = .none
            return MemberSignature.isZlibHeader(zlibMethod, byte)
        }
        checksum = withUnsafePointer(to: byte) { crc32_z(checksum, $0, 1) }
        taken += 1
        switch field {
        case .fixed: return takeFixed(byte)
        case .extraSize:
            extraSize |= Int(byte) << (8 * (taken - 1))
            if taken == 2 { begin(extraSize > 0 ? .extra : following(.extra)) }
        case .extra:
            if taken == extraSize { begin(following(.extra)) }
        case .name, .comment:
            if byte == 0 { begin(following(field)) }
        case .checksum, .zlibFlags, .none: break
        }
        return true
    }

    /// Takes a byte of the ten that every header has.
    private mutating func takeFixed(_ byte: UInt8) -> Bool {
        switch taken {
        case 1:
            guard MemberSignature.isZlibMethod(byte) else { return byte == 0x1f }
            zlibMethod = byte
            begin(.zlibFlags)
        case 2: return byte == 0x8b
        // Deflated; nothing else is known.
        case 3: return byte == 8
        case 4:
            flags = byte
            return flags & Flag.reserved == 0
        case 10: begin(following(.fixed))
        default: break
        }
        return true
    }

    private mutating func begin(_ field: Field) {
        self.field = field
        taken = 0
    }

    /// The field that comes after another one, as the flags say.
    private func following(_ field: Field) -> Field {
        switch field {
        case .fixed: flags & Flag.extra != 0 ? .extraSize : following(.extra)
        case .extraSize, .extra: flags & Flag.name != 0 ? .name : following(.name)
        case .name: flags & Flag.comment != 0 ? .comment : following(.comment)
        case .comment: flags & Flag.checksum != 0 ? .checksum : .none
        case .checksum, .zlibFlags, .none: .none
        }
    }
}
