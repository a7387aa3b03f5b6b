import AWSServices
import Foundation
import TestSupport
import Testing

/// Checksums and dates, against values that others have worked out.
@Suite struct ChecksumTests {
    private func value(_ polynomial: CyclicRedundancyCheck.Polynomial, _ text: String) -> String {
        var check = CyclicRedundancyCheck(polynomial)
        Array(text.utf8).withUnsafeBytes { check.update($0) }
        return check.value.map { String($0, radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }
            .joined()
    }

    /// The check values of the "Catalogue of parametrised CRC algorithms".
    @Test func `the checks of 123456789 are those of the catalogue`() {
        #expect(value(.crc32, "123456789") == "cbf43926")
        #expect(value(.crc32c, "123456789") == "e3069283")
        #expect(value(.crc64nvme, "123456789") == "ae8b14860a799888")
        #expect(value(.crc32, "") == "00000000")
    }

    @Test func `a check does not depend on how the bytes are cut`() {
        let bytes = randomBytes(5000)
        var generator = SeededGenerator(seed: 5)
        for polynomial in [
            CyclicRedundancyCheck.Polynomial.crc32, .crc32c, .crc64nvme,
        ] {
            var whole = CyclicRedundancyCheck(polynomial)
            bytes.withUnsafeBytes { whole.update($0) }
            for _ in 0..<50 {
                var check = CyclicRedundancyCheck(polynomial)
                for part in bytes.parts(cutAt: generator.cuts(of: bytes.count, count: 7)) {
                    Array(part).withUnsafeBytes { check.update($0) }
                }
                #expect(check.value == whole.value)
            }
        }
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
    ])
    func `a date of a header is read`(text: String, seconds: Double) {
        #expect(ServiceTime.date(ofHeader: text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        ("2025-12-07T01:23:45.500Z", 1_765_070_625.5), ("2025-12-07T01:23:45Z", 1_765_070_625),
        ("2025-12-07T01:23:45+01:30", 1_765_065_225),
        ("2025-12-07T01:23:45.5-00:01", 1_765_070_685.5),
    ])
    func `a timestamp is read`(text: String, seconds: Double) {
        #expect(ServiceTime.date(ofTimestamp: text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "2025-12-07T01:23:45", "2025-13-07T01:23:45Z", "2025-12-07", "2025-12-07T01:23:45+1:00",
        "2025-12-07T01:23:45+24:00", "2025-12-07T01::45Z",
    ])
    func `what is no date is none`(text: String) {
        #expect(ServiceTime.date(ofHeader: text) == nil)
        #expect(ServiceTime.date(ofTimestamp: text) == nil)
    }
}
