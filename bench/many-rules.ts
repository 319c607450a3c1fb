/** A crowd for benches: rules as people write them, and torrents of which each concerns some of them. */
import type {RuleEvaluator} from '#automation/manager/rule-evaluator.ts'
import {subjectWith} from '#automation/manager/torrent-subject.fixture.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {aRule} from '#rules/rule.fixture.ts'

const SERVERS = 10
const CATEGORIES = 25
const TRACKERS = 40
const HOUR = 3_600
const MB = 1_000_000

interface Crowd {
  readonly servers: readonly ManagedServer[]
  readonly rows: readonly ManagedRow[]
}

/** Nine in ten seed; of the others most download, some stand still. */
export function manyTorrents(count: number, now: number): Crowd {
  const {row, server} = subjectWith()
  const servers = Array.from({length: SERVERS}, (_, n) => ({...server, id: asServerId(`box-${n}`)}))
  const rows = Array.from({length: count}, (_, n): ManagedRow => {
    const downloads = n % 10 === 0
    const state = !downloads ? 'seeding' : n % 30 === 0 ? 'stalledDown' : 'downloading'
    const host = `tracker-${n % TRACKERS}.example.org`
    return {
      ...row,
      key: {serverId: servers[n % SERVERS]!.id, hash: asInfoHash(n.toString(16).padStart(40, '0'))!},
      name: `Some.Film.${n}.1080p.WEB-DL.x264-GROUP${n % 50}`,
      state,
      complete: !downloads,
      progress: downloads ? (n % 100) / 100 : 1,
      size: (100 + (n % 9_000)) * MB,
      ratio: (n % 500) / 100,
      uploaded: (n % 500) * MB,
      seedingTime: downloads ? 0 : (n % 1_000) * HOUR,
      addedAt: now - (n % 2_000) * HOUR * 1000,
      completedAt: downloads ? null : now - (n % 1_000) * HOUR * 1000,
      category: `films-${n % CATEGORIES}`,
      tags: n % 7 === 0 ? ['keep'] : n % 3 === 0 ? ['cross-seed'] : [],
      trackerHost: host,
      trackerHosts: [host],
    }
  })
  return {servers, rows}
}

/** In turns: goals of seeding by tracker and category, stalls, tags by name, limits, and what is kept. */
export function manyRules(count: number): readonly Rule[] {
  return Array.from({length: count}, (_, n) => aRule({id: `rule-${n}`, name: `Rule ${n}`, ...written(n)}))
}

function written(n: number): Readonly<Record<string, unknown>> {
  const categories = [`films-${n % CATEGORIES}`]
  const trackers = [`tracker-${n % TRACKERS}.example.org`]
  const complete = {fact: 'complete', op: 'eq', value: true}
  const goals = [
    {fact: 'ratio', op: 'gte', value: 4.9 + (n % 10) / 200},
    {fact: 'seedingTime', op: 'gte', value: `${41 + (n % 10) / 20}d`},
  ]
  switch (n % 6) {
    case 0:
      return {scope: {categories}, when: {all: [complete, {any: goals}]}, do: [{action: 'removeWithData'}]}
    case 1:
      return {
        scope: {trackers},
        when: {all: [complete, ...goals, {fact: 'tags', op: 'hasNone', value: ['keep']}]},
        do: [{action: 'remove'}],
      }
    case 2:
      return {
        scope: {categories},
        when: {
          all: [
            {fact: 'state', op: 'eq', value: 'stalledDown'},
            {fact: 'progress', op: 'lt', value: 0.9},
          ],
        },
        hold: {for: `${1 + (n % 12)}h`},
        do: [{action: 'failDownload'}],
      }
    case 3:
      return {
        when: {
          all: [
            {fact: 'name', op: 'contains', value: `GROUP${n % 50}`},
            {fact: 'size', op: 'gt', value: `${7 + (n % 40) / 30} GiB`},
          ],
        },
        conflict: 'additive',
        do: [{action: 'tag', names: [`group-${n}`]}],
      }
    case 4:
      return {
        when: {
          any: [
            {
              all: [
                {fact: 'tracker.host', op: 'eq', value: trackers[0]},
                {fact: 'ratio', op: 'lt', value: 0.02},
              ],
            },
            {
              all: [
                {fact: 'category', op: 'in', value: categories},
                {fact: 'age', op: 'lt', value: '12h'},
              ],
            },
          ],
        },
        conflict: 'additive',
        concern: 'limits',
        do: [{action: 'limits', up: '2 MiB/s'}],
      }
    default:
      return {
        scope: {servers: [`box-${n % SERVERS}`]},
        when: {
          all: [
            {fact: 'tags', op: 'hasAny', value: ['keep']},
            {fact: 'size', op: 'lt', value: `${100 + n / 2} MiB`},
          ],
        },
        do: [{action: 'skip'}],
      }
  }
}

/** CPU time of one look of a manager at its torrents, in µs. */
export async function costOfPass(evaluator: RuleEvaluator): Promise<number> {
  const before = process.cpuUsage()
  await evaluator.pass()
  const {user, system} = process.cpuUsage(before)
  return user + system
}
