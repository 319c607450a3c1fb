/** Names of torrents, folders and files. Some daemons change a part of them on their disk, and some tell them otherwise. */
export const oddNames = {
  'characters beyond the first 65,536': 'F 😀 👨‍👩‍👧 𠮷2',
  'what looks like such on Transmission 3.00': '2019–2020 ア1 ὠ0',
  'accents as letters of their own': 'é Größe'.normalize('NFD'),
  'accents within letters': 'é Größe'.normalize('NFC'),
  'what programs and patterns read otherwise': "-rf [Grp] {x} 100% %41 ~ 'a' `b` $x=, $(id) & ; #",
  'what some systems refuse': 'q "a": b*c?d|<e> \\ f',
  'blanks and dots around': ' ends . ',
  'the most bytes': `${'😀'.repeat(62)}.bin`,
  'control characters': 'tab\there',
  'a name of a device': 'CON',
} as const
