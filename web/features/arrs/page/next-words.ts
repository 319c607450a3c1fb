/** What happens next with a download, as far as its Arr, its torrent and the rules say. Pure. */
import {text} from '../../../i18n/text.ts'
import {duration, written} from '../../../ui/format.ts'
import {deedWords} from '../../explain/action-words.ts'
import type {QueueLine, QueueTorrent} from './queue-lines.ts'

interface NextWords {
  readonly what: string
  /** When, or why; '' = nothing. */
  readonly more: string
  /** Somebody should look. */
  readonly isLoud: boolean
}

/** What the nearest rule is about to do if nothing changes, and when; `null` = none waits for its time. */
export function ruleWords({next}: Pick<QueueLine, 'next'>): {what: string; rule: string} | null {
  if (next === null) return null
  const time = written(duration(next.acts_in))
  const what = next.actions.map(deedWords).join(', ')
  return {
    what: text(next.mode === 'ask' ? 'arr.next.rule-asks' : 'arr.next.rule', {what, time}),
    rule: text('deeds.by-rule', {name: next.rule_name}),
  }
}

export function nextWords(line: QueueLine): NextWords {
  const {row, torrents, waits, sayings} = line
  const [torrent] = torrents
  if (waits) return {what: text('arr.next.waits'), more: sayings[0] ?? '', isLoud: true}
  if (torrent?.stale === true) {
    return quiet(text('arr.next.frozen'), text('arr.next.away', {server: torrent.server_name}))
  }
  switch (row.state) {
    case 'importing':
      return quiet(text('arr.next.importing'), '')
    case 'importPending':
      return quiet(text('arr.next.import-soon'), '')
    case 'failed':
    case 'failedPending':
      return {what: text('arr.next.failed'), more: sayings[0] ?? '', isLoud: true}
    case 'imported':
      return quiet(text('arr.next.imported'), '')
    case 'ignored':
      return quiet(text('arr.next.ignored'), '')
    default:
      return torrent === undefined ? unseen(line) : onTheWay(torrent, line.state)
  }
}

function unseen({row}: QueueLine): NextWords {
  if (row.status === 'delay') return quiet(text('arr.next.delayed'), '')
  if (row.protocol === 'usenet') return quiet(text('arr.next.usenet'), '')
  if (row.download_id === null) return quiet(text('arr.next.not-handed'), '')
  return quiet(text('arr.next.unseen'), text('arr.next.client', {client: row.client}))
}

function onTheWay(torrent: QueueTorrent, state: QueueLine['state']): NextWords {
  if (torrent.complete === true) return quiet(text('arr.next.look'), '')
  switch (state) {
    case 'connecting':
      return quiet(text('arr.next.connecting'), '')
    case 'metadata':
      return quiet(text('arr.next.metadata'), '')
    case 'stalledDown':
      return {what: text('arr.next.stalled'), more: '', isLoud: true}
    case 'error':
    case 'missingFiles':
      return {what: text('arr.next.broken'), more: torrent.message ?? '', isLoud: true}
    case 'stopped':
      return quiet(text('arr.next.stopped'), '')
    default: {
      const {eta} = torrent
      const when = typeof eta === 'number' ? text('arr.next.in', {time: written(duration(eta))}) : ''
      return quiet(text('arr.next.when-complete'), when)
    }
  }
}

function quiet(what: string, more: string): NextWords {
  return {what, more, isLoud: false}
}
