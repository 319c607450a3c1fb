import {expect, test} from 'vitest'
import type {AttentionNews, LiveServer} from '#model/live.ts'
import type {Need} from '#model/needs.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {loadWords, text} from '../../i18n/text.ts'
import {watchingTitle} from '../status/fleet-status.ts'
import {verdictOf} from './sentences.ts'

await loadWords('overview')

const NOW = Date.UTC(2026, 10, 23, 7, 12)

const server = (id: string, status = 'online', change: Partial<LiveServer> = {}) =>
  ({server_id: id, server_name: id, status, reason: 'none', enabled: true, ...change}) as LiveServer
type Alert = AttentionNews['alerts'][number]
const alert = (change: Partial<Alert> = {}): Alert => ({
  id: 'a',
  since: 0,
  code: 'internet_away',
  message: 'There is no internet.',
  server_id: null,
  name: null,
  arr_id: null,
  ...change,
})

const [seedbox, attic, loft, nas] = [
  server('seedbox'),
  server('attic'),
  server('loft', 'unreachable'),
  server('nas', 'auth_failed'),
]
const off = server('old', 'paused', {enabled: false, reason: 'disabled'})
const starting = server('new', 'connecting')
const slow = server('slow', 'degraded')
const about = {since: 0, name: '', server_id: null, arr_ids: [], words: [], answers: []} as const
const arr: Need = {...about, kind: 'arr', id: 'arr Radarr', name: 'Radarr'}
const disk: Need = {...about, kind: 'disk', id: 'disk seedbox', full_at: 0, per_day: 1}
const away = ({server_id: id}: LiveServer): Need => ({
  ...about,
  kind: 'server',
  id: `server ${id}`,
  server_id: id,
})
const ofAlert: Need = {...about, kind: 'alert', id: 'alert a', code: 'disk_missing'}

interface Given {
  readonly servers: readonly LiveServer[]
  readonly needs?: readonly Need[]
  readonly observing?: ReturnType<typeof watchingTitle>
  readonly clock?: AttentionNews['clock']
  readonly alerts?: readonly Alert[]
}

const quiet = {needs: [], observing: null, clock: null, alerts: []} as const

test.each<[string, Given]>([
  ['Everything is running.', {servers: [seedbox, attic]}],
  ['Everything is running.', {servers: [seedbox, off]}],
  ['All servers are turned off.', {servers: [off]}],
  ['Connecting to one server.', {servers: [seedbox, starting]}],
  ['Connecting to 2 servers.', {servers: [starting, server('newer', 'warming')]}],
  ['All servers are online. One thing needs you.', {servers: [seedbox], needs: [arr]}],
  ['All servers are online. 2 things need you.', {servers: [seedbox], needs: [arr, disk]}],
  ['One thing needs you.', {servers: [seedbox, starting], needs: [arr]}],
  ['One thing needs you.', {servers: [seedbox, slow], needs: [away(slow)]}],
  ['One server is unreachable. Everything else is running.', {servers: [seedbox, loft], needs: [away(loft)]}],
  ['One server can’t be used. Everything else is running.', {servers: [seedbox, nas], needs: [away(nas)]}],
  [
    '2 servers can’t be used. Everything else is running.',
    {servers: [seedbox, loft, nas], needs: [away(nas), away(loft)]},
  ],
  ['One server is unreachable.', {servers: [seedbox, loft], needs: [away(loft), arr]}],
  ['One server is unreachable.', {servers: [starting, loft], needs: [away(loft)]}],
  ['One server is unreachable.', {servers: [seedbox, slow, loft], needs: [away(loft), away(slow)]}],
  ['No server answers.', {servers: [loft, nas], needs: [away(nas), away(loft)]}],
  ['No server answers.', {servers: [loft, off], needs: [away(loft)]}],
  // What ends without a person needs nobody.
  ['Rules are paused.', {servers: [seedbox], alerts: [alert()]}],
  // Nobody is needed yet, and it is told all the same.
  ['One server is unreachable. Everything else is running.', {servers: [seedbox, loft]}],
  ['One server has problems. Everything else is running.', {servers: [seedbox, slow]}],
  ['One server has problems.', {servers: [starting, slow]}],
  ['Rules are paused.', {servers: [loft], needs: [away(loft)], alerts: [alert()]}],
  ['Rules are paused.', {servers: [seedbox], needs: [ofAlert], alerts: [alert({code: 'lost_settings'})]}],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], needs: [ofAlert], alerts: [alert({server_id: 'seedbox'})]},
  ],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], needs: [ofAlert], alerts: [alert({arr_id: 'Radarr', name: 'Radarr'})]},
  ],
  [
    'Rules that depend on time are paused: the clock of this machine jumped.',
    {servers: [seedbox], clock: {ahead_ms: 9}, alerts: [alert()]},
  ],
  [
    'Watching only: rules do nothing until you let them act.',
    {servers: [loft], needs: [away(loft)], observing: watchingTitle({since: 0, until: 7, is_open: false}, 7)},
  ],
  [
    `Watching: Commodarr changes nothing until ${exactTime(NOW + 7, NOW)}.`,
    {
      servers: [loft],
      needs: [away(loft)],
      observing: watchingTitle({since: 0, until: NOW + 7, is_open: false}, NOW),
    },
  ],
])('%s', (sentence, given) => {
  const {title} = verdictOf({...quiet, ...given})
  expect(text(title.key, title.values)).toBe(sentence)
})

test('the second line is about the worst server, and about the alert that holds the rules', () => {
  const needs = [away(loft), away(nas)]
  expect(verdictOf({...quiet, servers: [seedbox, loft, nas], needs}).about).toEqual({
    kind: 'server',
    server: nas,
  })
  const alerts = [alert({id: 'one', server_id: 'seedbox'}), alert({id: 'all'})]
  expect(verdictOf({...quiet, servers: [seedbox], alerts}).about).toMatchObject({
    kind: 'alert',
    alert: {id: 'all'},
  })
})
