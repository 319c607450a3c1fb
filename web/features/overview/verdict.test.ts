import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {loadWords, text} from '../../i18n/text.ts'
import type {Arr} from '../../api/arrs.ts'
import type {Concerns} from '../shell/AttentionList.tsx'
import {verdictOf} from './verdict.ts'

await loadWords('overview')

const server = (id: string, status = 'online', change: Partial<LiveServer> = {}) =>
  ({server_id: id, server_name: id, status, reason: 'none', enabled: true, ...change}) as LiveServer
const nothing: Concerns = {
  clocks: [],
  alerts: [],
  servers: [],
  arrs: [],
  processes: [],
  rules: [],
  approvals: [],
  disks: [],
  notices: [],
}
const alert = (change: Partial<Concerns['alerts'][number]> = {}): Concerns['alerts'][number] => ({
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
const arr = {id: 'Radarr', name: 'Radarr'} as Arr

interface Given {
  readonly servers: readonly LiveServer[]
  readonly concerns?: Partial<Concerns>
  readonly isObserving?: boolean
}

test.each<[string, Given]>([
  ['Everything is running.', {servers: [seedbox, attic]}],
  ['Everything is running.', {servers: [seedbox, off]}],
  ['All servers are turned off.', {servers: [off]}],
  ['Connecting to one server.', {servers: [seedbox, starting]}],
  ['Connecting to 2 servers.', {servers: [starting, server('newer', 'warming')]}],
  ['All servers are online. One thing needs you.', {servers: [seedbox], concerns: {arrs: [arr]}}],
  [
    'All servers are online. 2 things need you.',
    {servers: [seedbox], concerns: {arrs: [arr], disks: [{server: seedbox, words: ''}]}},
  ],
  ['One thing needs you.', {servers: [seedbox, starting], concerns: {arrs: [arr]}}],
  ['One thing needs you.', {servers: [seedbox, slow], concerns: {servers: [slow]}}],
  [
    'One server is unreachable. Everything else is running.',
    {servers: [seedbox, loft], concerns: {servers: [loft]}},
  ],
  [
    'One server can’t be used. Everything else is running.',
    {servers: [seedbox, nas], concerns: {servers: [nas]}},
  ],
  [
    '2 servers can’t be used. Everything else is running.',
    {servers: [seedbox, loft, nas], concerns: {servers: [nas, loft]}},
  ],
  ['One server is unreachable.', {servers: [seedbox, loft], concerns: {servers: [loft], arrs: [arr]}}],
  ['One server is unreachable.', {servers: [starting, loft], concerns: {servers: [loft]}}],
  ['One server is unreachable.', {servers: [seedbox, slow, loft], concerns: {servers: [loft, slow]}}],
  ['No server answers.', {servers: [loft, nas], concerns: {servers: [nas, loft]}}],
  ['No server answers.', {servers: [loft, off], concerns: {servers: [loft]}}],
  ['Rules are paused.', {servers: [loft], concerns: {servers: [loft], alerts: [alert()]}}],
  ['Rules are paused.', {servers: [seedbox], concerns: {alerts: [alert({code: 'lost_settings'})]}}],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], concerns: {alerts: [alert({server_id: 'seedbox'})]}},
  ],
  [
    'All servers are online. One thing needs you.',
    {servers: [seedbox], concerns: {alerts: [alert({arr_id: 'Radarr', name: 'Radarr'})]}},
  ],
  [
    'Rules that depend on time are paused: the clock of this machine jumped.',
    {servers: [seedbox], concerns: {clocks: [{}], alerts: [alert()]}},
  ],
  [
    'Watching only: the rules of your configuration change nothing.',
    {servers: [loft], concerns: {servers: [loft]}, isObserving: true},
  ],
])('%s', (sentence, {servers, concerns, isObserving = false}) => {
  const {title} = verdictOf({servers, concerns: {...nothing, ...concerns}, isObserving})
  expect(text(title.key, title.values)).toBe(sentence)
})

test('the second line is about the worst server, and about the alert that holds the rules', () => {
  const concerns = {...nothing, servers: [nas, loft]}
  expect(verdictOf({servers: [seedbox, loft, nas], concerns, isObserving: false}).about).toEqual({
    kind: 'server',
    server: nas,
  })
  const ofOne = alert({id: 'one', server_id: 'seedbox'})
  const alerts = {...nothing, alerts: [ofOne, alert({id: 'all'})]}
  expect(verdictOf({servers: [seedbox], concerns: alerts, isObserving: false}).about).toMatchObject({
    kind: 'alert',
    alert: {id: 'all'},
  })
})
