import LakeTestSupport
import Testing

@testable import MeteringLake

/// Names that no pattern for data takes.
struct HiddenNameTests {
    @Test(arguments: [
        ("_replaced/year=2025/part.json", "_replaced/year=2025/part_json.x"),
        ("a.parquet", "a_parquet.x"), ("a.json.gz", "a_json_gz.x"), ("plain", "plain.x"),
        ("a.b/한 +%.jsonl", "a.b/한 +%_jsonl.x"), (".json", "_json.x"), ("a//b.gz", "a//b_gz.x"),
    ])
    func `a hidden name has one ending`(name: String, hidden: String) {
        #expect(PlainName.hidden(name, ending: "x") == hidden)
    }
}
