/** What the bell says when it is opened, and the question about the clock. */
export const attention = {
  'attention.more_one': '1 more on the page of servers',
  'attention.more_other': '{{count}} more on the page of servers',
  'attention.none': 'All quiet.',
  'attention.clock.name': 'Clock of this machine',
  'attention.clock': 'Clock jumped',
  'attention.clock.says':
    'Nothing is deleted because of its age, and rules that depend on time wait, until the clock is right or confirmed.',
  'clock.title': 'It is {{when}} here. Is that right?',
  'clock.says':
    'By what Commodarr has seen it is {{when}}. Until this is settled nothing is deleted because of its age, and rules that depend on ages or hours wait. Sessions and API keys that have expired by either time don’t work.',
  'clock.no':
    'If it’s wrong: correct the date and time of the machine, for example by turning on network time. Commodarr notices and continues.',
  'clock.yes':
    'If it’s right: whatever has expired by then ends now. Expired items in the trash are deleted permanently, and you may have to log in again.',
  'clock.ask-administrator': 'If it’s right: ask an administrator to confirm it.',
  'clock.do': 'Yes, the clock is right',
  'clock.done': 'Clock confirmed',
  'attention.alert': 'Rules wait',
  'attention.alert.since': '{{message}} Since {{since}}.',
  'attention.alert.all': 'All rules',
  'attention.alerts.more_one': '1 more in the journal',
  'attention.alerts.more_other': '{{count}} more in the journal',
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
