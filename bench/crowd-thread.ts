/**
 * 500 rules of people over 100,000 torrents: time and memory of one look at all of them, what one torrent that changes
 * takes, and how long one waits that completes in the midst of such a look. A thread of `deciding.bench.ts`.
 */
import {parentPort} from 'node:worker_threads'
import {RuleEvaluator} from '#automation/manager/rule-evaluator.ts'
import {NOW} from '#automation/manager/torrent-subject.fixture.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {costOfPass, manyRules, manyTorrents} from './many-rules.ts'
import {memoryInUse} from './memory-in-use.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const RULES = 500
const CROWD = 100_000
const CHANGES = 100

const figure: Report['figure'] = (name, value, unit) => parentPort!.postMessage({name, value, unit})

const clock = new VirtualClock(NOW)
const {servers, rows} = manyTorrents(CROWD, NOW)
let peak = 0
let slices = 0
let atBreak = () => {}
let decidedAt = Number.NaN
const evaluator = new RuleEvaluator({
  clock,
  run: 'bench',
  arrSaying: () => null,
  pause: async () => {
    if (++slices % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss())
    if (slices % 50 === 0) atBreak()
  },
  surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => noPhrases},
  decided(decisions) {
    if (decisions.some(({ruleId}) => ruleId === completion.id)) decidedAt = performance.now()
  },
  costly: () => {},
  remember: () => {},
  lookUp: () => {},
  removable: () => {},
  imports: () => {},
})
evaluator.takeServers(servers)
evaluator.takeRows({isWhole: true, rows, gone: []})
const completion = aRule({id: 'completion', conflict: 'additive', schedule: {on: ['completed']}})
evaluator.takeRules([...manyRules(RULES - 1), completion], new Map())
const idle = memoryInUse()
figure('managers.rules_500.first_look', (await costOfPass(evaluator)) / 1e6, 's')
await clock.advance(60_000)
figure('managers.rules_500.look', (await costOfPass(evaluator)) / 1e6, 's')
figure('managers.rules_500.memory_held', (memoryInUse() - idle) / 1e6, 'MB')
figure('managers.rules_500.rss_peak', peak / 1e6, 'MB')
const costs: number[] = []
for (let n = 0; n < CHANGES; n++) {
  const row = rows[(n * 997) % CROWD]!
  evaluator.takeRows({isWhole: false, rows: [{...row, uploaded: (row.uploaded ?? 0) + 1}], gone: []})
  costs.push((await costOfPass(evaluator)) / 1000)
}
figure('managers.rules_500.changed_p95', percentile(costs, 0.95), 'ms')
const downloading = rows.findLast(({complete}) => !complete)!
let completedAt = Number.NaN
atBreak = () => {
  atBreak = () => {}
  completedAt = performance.now()
  evaluator.takeRows({isWhole: false, rows: [{...downloading, complete: true, progress: 1}], gone: []})
}
await clock.advance(60_000)
await evaluator.pass()
figure('managers.rules_500.completed_wait', decidedAt - completedAt, 'ms')
