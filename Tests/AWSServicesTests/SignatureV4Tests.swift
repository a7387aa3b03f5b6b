import AWSServices
import Foundation
import Testing

@Suite struct SignatureV4Tests {
    /// The first example of "Signature Calculations for the Authorization Header" in the Amazon S3 API
    /// reference.
    @Test func `the example of a ranged GET is signed as published`() throws {
        var request = HTTPRequest(
            "GET", Endpoint(host: "examplebucket.s3.amazonaws.com"), path: "/test.txt",
            headers: ["range": "bytes=0-9"]
        )
        let signer = SignatureV4(
            credentials: AWSCredentials(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1", service: "s3"
        )

        signer.sign(&request, at: Date(timeIntervalSince1970: 1_369_353_600))

        let authorization = try #require(request.headers["authorization"])
        #expect(
            authorization.hasSuffix(
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"))
    }
}
