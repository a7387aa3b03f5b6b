/// A few bits, ready to be written.
struct BitString {
    /// The bits in the low 24, their number above.
    private var packed: UInt32

    @inline(__always)
    var bits: UInt64 { UInt64(packed & 0xff_ffff) }
    @inline(__always)
    var count: UInt64 { UInt64(packed &>> 24) }

    init(_ bits: Int, _ count: Int) {
        packed = UInt32(bits) | UInt32(count) << 24
    }

    static func table(of code: HuffmanCode) -> [Self] {
        zip(code.codes, code.lengths).map { Self(Int($0), Int($1)) }
    }

    func appending(_ bits: Int, _ count: Int) -> Self {
        Self(Int(self.bits) | bits << Int(self.count), Int(self.count) + count)
    }
}

extension BitWriter {
    @inline(__always)
    mutating func add(_ string: BitString) {
        add(string.bits, string.count)
    }
}
