/** What the demo says of itself. */
export const demo = {
  'hints.title': 'Five things to try',
  'hints.done': '{{done}} of 5 tried',
  'hints.all-done': 'You have tried all five.',
  'hints.hide': 'Hide hints',
  'hints.region': 'Hint',
  'hints.place': '{{at}} of 5',
  'hints.tried': 'Tried',
  'hints.foot': 'A simulated fleet: nothing is real, nothing is kept.',
  'hints.decide': 'Decide with one click',
  'hints.decide.says':
    'Only these few things need you; everything else runs. Answer one: the harmless answer comes first.',
  'hints.list': 'One list for all servers',
  'hints.list.says':
    'qBittorrent, rTorrent and Transmission together; one server goes offline on purpose. Press Ctrl A, then C: it runs everywhere, and Ctrl Z takes it back.',
  'hints.list.says-phone':
    'qBittorrent, rTorrent and Transmission together; one server goes offline on purpose. Long-press a row, select all, set a category: it runs everywhere, and Undo takes it back.',
  'hints.why': 'Ask why',
  'hints.why.says': 'Every torrent has an answer to why it stays or goes, and when. Press W on any row.',
  'hints.why.says-phone':
    'Every torrent has an answer to why it stays or goes, and when. Open any torrent, then Why?',
  'hints.undo': 'Undo what a rule did',
  'hints.undo.says':
    'A rule moved torrents that had seeded enough to the trash. One click restores them with their files; nothing is downloaded again.',
  'hints.rule': 'Try a rule without risk',
  'hints.rule.says':
    'Open a rule: its preview lists every torrent that it would touch, before it may touch any.',
} as const
