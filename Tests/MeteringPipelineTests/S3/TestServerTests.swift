import TestSupport
import Testing

/// The servers that other tests talk to.
@Suite struct TestServerTests {
    @Test func `both servers make buckets`() throws {
        #expect(try MotoServer.shared.makeBucket() != MotoServer.shared.makeBucket())
        #expect(try WeedServer.shared.makeBucket() != WeedServer.shared.makeBucket())
    }
}
