import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {loadWords, text} from '../../i18n/text.ts'
import type {Arr} from '../../api/arrs.ts'
import type {Need} from '../shell/needs.ts'
import {verdictOf} from './verdict.ts'

await loadWords('overview')

const server = (id: string, status = 'online', change: Partial<LiveServer> = {}) =>
  ({server_id: id, server_name: id, status, reason: 'none', enabled: true, ...change}) as LiveServer
type Alert = Extract<Need, {kind: 'alert'}>['alert']
const alert = (change: Partial<Alert> = {}): Need => ({
  kind: 'alert',
  id: 'alert a',
  alert: {
    id: 'a',
    since: 0,
    code: 'internet_away',
    message: 'There is no internet.',
    server_id: null,
    name: null,
    arr_id: null,
    ...change,
  },
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
const arr: Need = {kind: 'arr', id: 'arr Radarr', arr: {id: 'Radarr', name: 'Radarr'} as Arr}
const disk: Need = {kind: 'disk', id: 'disk seedbox', disk: {server: seedbox, fullAt: 0}}
const clock: Need = {kind: 'clock', id: 'clock'}
const away = (it: LiveServer): Need => ({kind: 'server', id: `server ${it.server_id}`, server: it})

interface Given {
  readonly servers: readonly LiveServer[]
  readonly needs?: readonly Need[]
  readonly isObserving?: boolean
}

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
  // Nobody is needed yet, and it is told all the same.
  ['One server is unreachable. Everything else is running.', {servers: [seedbox, loft]}],
  ['One server has problems. Everything else is running.', {servers: [seedbox, slow]}],
  ['One server has problems.', {servers: [starting, slow]}],
  ['Rules are paused.', {servers: [loft], needs: [away(loft), alert()]}],
  ['Rules are paused.', {servers: [seedbox], needs: [alert({code: 'lost_settings'})]}],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], needs: [alert({server_id: 'seedbox'})]},
  ],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], needs: [alert({arr_id: 'Radarr', name: 'Radarr'})]},
  ],
  [
    'Rules that depend on time are paused: the clock of this machine jumped.',
    {servers: [seedbox], needs: [clock, alert()]},
  ],
  [
    'Watching only: the rules of your configuration change nothing.',
    {servers: [loft], needs: [away(loft)], isObserving: true},
  ],
])('%s', (sentence, {servers, needs = [], isObserving = false}) => {
  const {title} = verdictOf({servers, needs, isObserving})
  expect(text(title.key, title.values)).toBe(sentence)
})

test('the second line is about the worst server, and about the alert that holds the rules', () => {
  const needs = [away(loft), away(nas)]
  expect(verdictOf({servers: [seedbox, loft, nas], needs, isObserving: false}).about).toEqual({
    kind: 'server',
    server: nas,
  })
  const alerts = [alert({id: 'one', server_id: 'seedbox'}), alert({id: 'all'})]
  expect(verdictOf({servers: [seedbox], needs: alerts, isObserving: false}).about).toMatchObject({
    kind: 'alert',
    alert: {id: 'all'},
  })
})
