/** The section `exchange` for a practice exchange that a test has started. */
export function practiceExchangeConfig(url: string) {
  return {
    name: 'practice',
    base_url: url,
    ws_url: url.replace('http', 'ws'),
    request_timeout_ms: 1_000,
    weight_per_minute: 6_000,
    weight_reserve_fraction: 0.2,
    read_budget_ms: 2_000,
  };
}
