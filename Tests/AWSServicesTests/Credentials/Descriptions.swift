/// All the ways in which a value may end up in a log.
enum Descriptions {
    static func of(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }
}
