#if Commands
    import ArgumentParser

    /// A number of bytes as people write it: `8589934592`, `8GiB` or `8G`, or `8GB` in powers of
    /// ten.
    package struct ByteSize: ExpressibleByArgument, Equatable {
        package let bytes: Int

        private static let units: [(name: String, bytes: Int)] = [
            ("b", 1), ("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("t", 1 << 40),
            ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
            ("kb", 1000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000),
        ]

        package init?(argument: String) {
            let digits = argument.prefix { $0.isASCII && $0.isNumber }
            let name = argument.dropFirst(digits.count).drop { $0 == " " }.lowercased()
            guard let number = Int(digits),
                let unit = name.isEmpty ? 1 : Self.units.first(where: { $0.name == name })?.bytes
            else { return nil }
            let (bytes, overflows) = number.multipliedReportingOverflow(by: unit)
            guard !overflows else { return nil }
            self.bytes = bytes
        }
    }
#endif
