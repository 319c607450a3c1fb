/** What the bell says when it is opened. */
export const attention = {
  'attention.more_one': '1 more on the page of servers',
  'attention.more_other': '{{count}} more on the page of servers',
  'attention.none': 'All quiet.',
  'attention.process': 'Process',
  'attention.process.says': 'It died too often, and is not started again by itself.',
  'attention.process.why': 'It died too often, and is not started again by itself: {{why}}',
  'attention.arr': 'Arr',
  'attention.arr.held': 'It stays off: something stands in its way.',
  'attention.rule': 'Suspended rule',
  'attention.rule.says': 'It stopped itself before it did too much. It does nothing until somebody looked.',
  'attention.rule.gone': 'A rule that is gone',
  'attention.asks': 'Asks you',
  'attention.asks.says_one': '{{count}} decision waits for your yes or no.',
  'attention.asks.says_other': '{{count}} decisions wait for your yes or no.',
} as const
