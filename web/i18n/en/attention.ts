/** What the bell says when it is opened, and the question about the clock. */
export const attention = {
  'attention.more_one': '1 more on the Servers page',
  'attention.more_other': '{{count}} more on the Servers page',
  'attention.none': 'Nothing needs you.',
  'attention.clock.name': 'Clock of this machine',
  'attention.clock': 'Clock jumped',
  'attention.clock.says':
    'Nothing is deleted because of its age, and rules that depend on time wait, until the clock is right or confirmed.',
  'clock.title': 'It is {{when}} here. Is that right?',
  'clock.says':
    'According to what Commodarr has seen it is {{when}}. Until this is settled nothing is deleted because of its age, and rules that depend on ages or hours wait. Sessions and API keys that have expired by either time don’t work.',
  'clock.no':
    'If it’s wrong: correct the date and time of the machine, for example by turning on network time. Commodarr notices and continues.',
  'clock.yes':
    'If it’s right: whatever has expired by then ends now. Expired items in the trash are deleted permanently, and you may have to log in again.',
  'clock.ask-administrator': 'If it’s right: ask an administrator to confirm it.',
  'clock.do': 'Yes, the clock is right',
  'clock.done': 'Clock confirmed',
  'attention.lost-settings.name': 'Configuration file',
  'attention.lost-settings.says':
    'Settings that protect data are missing. Rules delete and move nothing until you review this. Missing since {{since}}.',
  'lost-settings.title': 'Were these settings removed on purpose?',
  'lost-settings.says':
    'The configuration no longer has settings that protect data. Until you confirm it or put them back, rules delete and move nothing. You can still delete by hand.',
  'lost-settings.missing_one': '1 setting is missing:',
  'lost-settings.missing_other': '{{count}} settings are missing:',
  'lost-settings.no':
    'If not: the file may have been cut off, or replaced by an older copy. Put the settings back. Rules continue automatically.',
  'lost-settings.yes': 'If so: confirm it. Rules then follow the configuration as it is now.',
  'lost-settings.again': 'Try again',
  'lost-settings.do': 'Yes, on purpose',
  'lost-settings.done': 'Configuration confirmed',
  'lost-settings.over': 'No protecting settings are missing',
  'lost-settings.over.says': 'Rules follow the configuration again.',
  'attention.alert': 'Rules are paused',
  'attention.alert.since': '{{message}} Since {{since}}.',
  'attention.alert.all': 'All rules',
  'attention.alerts.more_one': '1 more in Activity',
  'attention.alerts.more_other': '{{count}} more in Activity',
  'attention.process': 'Process',
  'attention.process.says': 'It crashed too often and is not restarted automatically.',
  'attention.process.why': 'It crashed too often and is not restarted automatically: {{why}}',
  'attention.arr': 'Arr',
  'attention.arr.held': 'It stays off. Open it to see what blocks it.',
  'attention.rule': 'Paused rule',
  'attention.rule.says': 'Paused: a safety limit was reached. Review it to resume.',
  'attention.rule.gone': 'A deleted rule',
  'attention.asks': 'Asks first',
  'attention.asks.says_one': '{{count}} decision waits for your answer.',
  'attention.asks.says_other': '{{count}} decisions wait for your answer.',
} as const
