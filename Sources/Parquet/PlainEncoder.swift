/// Values back to back (`Encodings.md`, section "Plain").
enum PlainEncoder {
    static func encode(_ values: ArraySlice<Bool>, to output: OutputBuffer) {
        var byte: UInt8 = 0
        var filled: UInt8 = 0
        for value in values {
            byte |= (value ? 1 : 0) << filled
            filled += 1
            if filled == 8 {
                output.append(byte)
                byte = 0
                filled = 0
            }
        }
        if filled > 0 { output.append(byte) }
    }

    static func encode<Value: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Value>,
        to output: OutputBuffer
    ) {
        let size = MemoryLayout<Value>.size
        let room = output.room(values.count * size)
        for (index, value) in values.enumerated() {
            room.storeBytes(
                of: value.littleEndian, toByteOffset: index * size, as: Value.self)
        }
        output.grow(by: values.count * size)
    }

    static func encode(_ values: UnsafeBufferPointer<Double>, to output: OutputBuffer) {
        let room = output.room(values.count * 8)
        for (index, value) in values.enumerated() {
            room.storeBytes(
                of: value.bitPattern.littleEndian, toByteOffset: index * 8, as: UInt64.self)
        }
        output.grow(by: values.count * 8)
    }

    /// Byte arrays with their lengths, those that `indices` name.
    static func encode(
        _ values: ByteArrays,
        at indices: some Sequence<Int>,
        to output: OutputBuffer
    ) {
        values.withMemory { bytes, offsets in
            for index in indices {
                let range = offsets[index]..<offsets[index + 1]
                output.append(length: range.count)
                output.append(bytes[range])
            }
        }
    }
}
