/// Lines of usage, as a producer writes them.
enum UsageLine {
    static func text(
        tenant: String = "acme",
        day: String = "2025-12-07",
        microseconds: Int = 0,
        input: String = "10",
        total: String = "15",
        request: String? = nil
    ) -> String {
        let seconds = microseconds / 1_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        return "{\"timestamp\": \"\(day)T\(clock.joined(separator: ":"))."
            + "\(padded(microseconds % 1_000_000, 6))\", \"tenant_id\": \"\(tenant)\", "
            + "\"user_id\": \"u\", \"model_id\": \"m\", \"input_tokens\": \(input), "
            + "\"output_tokens\": 5, \"total_tokens\": \(total), "
            + (request.map { "\"request_id\": \"\($0)\", " } ?? "")
            + "\"event_type\": \"bedrock_token_usage\"}\n"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
