/** Situations of a torrent, each with the sentence that a person reads. The program and the pages are tested by them. */
import type {Explanation, PersonWait} from '#model/decision.ts'
import type {Rule} from '#model/rule.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {explain, type Circumstances} from './explain.ts'
import type {HoldMemory} from './hold.ts'
import {aRule} from './rule.fixture.ts'
import {RuleSet} from './rule-set.ts'
import type {VerdictAround} from './verdict-phrases.ts'
import {AT, world, type Row} from './world.fixture.ts'

type Written = Readonly<Record<string, unknown>>

export interface Situation {
  readonly sentence: string
  readonly row: Row
  readonly rules?: readonly Rule[]
  /** How long the condition of each rule was true, ms, or its strikes. */
  readonly held?: {readonly ms: number; readonly strikes?: number}
  readonly around?: Partial<VerdictAround>
  /** What the executor said to what they would do. */
  readonly blockedBy?: Explanation['rules'][number]['blockedBy']
  /** What a person had them do. */
  readonly waits?: PersonWait
}

const ago = (ms: number) => AT - ms
const at = (status: NonNullable<VerdictAround['server']>['status'], since = ago(300 * MINUTE * 1000)) => ({
  server: {name: 'nas', status, since},
})

const unsaid: Row = {
  complete: true,
  progress: 1,
  state: 'seeding',
  category: 'films',
  ratio: 2.04,
  seedingTime: 4 * HOUR,
  age: 2 * DAY,
  sinceCompleted: 1 * DAY,
  sinceActivity: 3 * HOUR,
  'tracker.host': 'waxwing.example',
  'memory.protected': false,
}
const seeding: Row = {...unsaid, 'obligation.met': 'none'}
const loading: Row = {...seeding, complete: false, progress: 0.374, state: 'downloading', ratio: 0}
const owes = (left: number, needed: number): Row => ({
  'obligation.met': 'no',
  'obligation.profile': 'waxwing',
  'obligation.timeNeeded': needed,
  'obligation.timeLeft': left,
  'obligation.ratioNeeded': null,
})
const ofRadarr: Row = {'arr.id': 'Radarr', 'arr.importedEvidence': null}

const rule = (name: string, changes: Written = {}) =>
  aRule({id: name.toLowerCase().replaceAll(' ', '-'), name, reason: 'seedingDone', ...changes})
const complete = {fact: 'complete', op: 'eq', value: true}
const ratioOf = (value: number) => ({fact: 'ratio', op: 'gte', value})
const seedingFor = (value: string) => ({fact: 'seedingTime', op: 'gte', value})
const goals = (...any: Written[]) =>
  rule('Seeding goals', {when: {all: [complete, {any}]}, do: [{action: 'recycle', days: 7}]})
const stalled = (changes: Written = {}) =>
  rule('Stalled downloads', {
    reason: 'stalled',
    when: {fact: 'state', op: 'eq', value: 'stalledDown'},
    hold: {for: '1h'},
    do: [{action: 'failDownload'}],
    ...changes,
  })
const free = (changes: Written = {}) => rule('Make room', {select: {order: ['age']}, ...changes})
const other = rule('Keep films', {order: 0, do: [{action: 'skip'}]})

const paid = goals(ratioOf(2))

export const situations: readonly Situation[] = [
  // Its tracker.
  {
    sentence: 'Stays until 11 March: waxwing requires 10 more days of seeding.',
    row: {...seeding, ...owes(9.8 * DAY, 10 * DAY)},
    rules: [paid],
  },
  {
    sentence: 'Stays until tomorrow 19:00: waxwing requires 31 more hours of seeding.',
    row: {...seeding, ...owes(31 * HOUR, 3 * DAY)},
    rules: [paid],
  },
  {
    sentence: 'Stays until 12:44: waxwing requires 44 more minutes of seeding.',
    row: {...seeding, ...owes(44 * MINUTE, 3 * DAY)},
    rules: [paid],
  },
  {
    sentence: 'Stays until 25 January 2027: waxwing requires 330 more days of seeding.',
    row: {...seeding, ...owes(330 * DAY, 365 * DAY)},
    rules: [paid],
  },
  {
    sentence: 'Stays until its ratio is 3: waxwing.example requires it, and it is 2.04 now.',
    row: {
      ...seeding,
      'obligation.met': 'no',
      'obligation.timeNeeded': null,
      'obligation.timeLeft': null,
      'obligation.ratioNeeded': 3,
    },
    rules: [paid],
  },
  {
    sentence: 'Stays as long as it is stopped: waxwing requires 10 more days of seeding.',
    row: {...seeding, ...owes(10 * DAY, 10 * DAY), state: 'stopped'},
    rules: [paid],
  },
  {
    sentence: 'Stays as long as it is stopped: waxwing requires 24 more hours of seeding.',
    row: {...seeding, ...owes(1 * DAY, 10 * DAY), state: 'stopped'},
    rules: [rule('Old', {when: {fact: 'age', op: 'gt', value: '9d'}})],
  },
  {
    sentence: 'Stays as long as it is stopped: “Seeds” requires 10 more days of seeding.',
    row: {...seeding, state: 'stopped', seedingTime: 0},
    rules: [rule('Seeds', {when: seedingFor('10d')})],
  },
  {
    sentence: 'Stays for now: waxwing requires 10 more days of seeding, a ratio of 3, or both.',
    row: {...seeding, ...owes(10 * DAY, 10 * DAY), 'obligation.ratioNeeded': 3},
    rules: [paid],
  },
  {
    sentence:
      'Stays until 15 March: as no profile names its tracker, it seeds 14 more days, or to a ratio of 1.',
    row: {
      ...seeding,
      ratio: 0.5,
      ...owes(14 * DAY, 14 * DAY),
      'obligation.profile': 'private',
      'obligation.ratioNeeded': 1,
    },
    rules: [rule('Old', {when: {fact: 'age', op: 'gt', value: '1d'}})],
  },
  {
    sentence: 'Stays for now: waxwing.example requires it to be completed.',
    row: {...loading, 'obligation.met': 'no', 'obligation.timeLeft': null, 'obligation.ratioNeeded': null},
    rules: [rule('Old', {when: {fact: 'age', op: 'gt', value: '1d'}})],
  },
  {
    sentence: 'Stays for now: how long it has seeded for its tracker is not known.',
    row: {...unsaid, why: {'obligation.met': 'missing'}},
    rules: [paid],
  },
  {
    sentence: 'Stays until 11 March: waxwing requires 10 more days of seeding.',
    row: {...seeding, ...owes(10 * DAY, 10 * DAY)},
    rules: [
      rule('Paid', {when: {all: [complete, {fact: 'obligation.met', op: 'in', value: ['yes', 'none']}]}}),
    ],
  },
  {
    sentence: 'Is removed within a minute: it has seeded enough.',
    row: {...seeding, ...owes(10 * DAY, 10 * DAY)},
    rules: [{...paid, guards: {obligationOverride: 'the tracker is gone'}}],
  },
  {sentence: 'Stays for good: no rule removes it.', row: {...seeding, ...owes(10 * DAY, 10 * DAY)}},

  // Rules that wait for time.
  {
    sentence: 'Stays until 14 March: “Seeding goals” requires 13 more days of seeding.',
    row: {...seeding, seedingTime: 1 * DAY},
    rules: [goals(seedingFor('14d'))],
  },
  {
    sentence: 'Stays until 13 March: “Old” removes it when it is 14 days old.',
    row: seeding,
    rules: [rule('Old', {when: {fact: 'age', op: 'gt', value: '14d'}})],
  },
  {
    sentence: 'Stays until 19 October 2050: “Old” removes it when it is 9,000 days old.',
    row: seeding,
    rules: [rule('Old', {when: {fact: 'age', op: 'gt', value: '9000d'}})],
  },
  {
    sentence: 'Stays until 7 March: “Old” removes it 7 days after its completion.',
    row: seeding,
    rules: [rule('Old', {when: {fact: 'sinceCompleted', op: 'gt', value: '7d'}})],
  },
  {
    sentence: 'Stays until 30 May or longer: “Idle” removes it after 90 days without activity.',
    row: {...seeding, sinceActivity: 0},
    rules: [rule('Idle', {when: {fact: 'sinceActivity', op: 'gt', value: '90d'}})],
  },
  {
    sentence: 'Stays until its ratio is 3: “Seeding goals” requires it, and it is 2.04 now.',
    row: seeding,
    rules: [goals(ratioOf(3))],
  },
  {
    sentence: 'Stays until 14 March: “Seeding goals” requires 13 more days of seeding.',
    row: {...seeding, seedingTime: 1 * DAY},
    rules: [goals(ratioOf(3), seedingFor('14d'))],
  },
  {
    sentence: 'Stays until its ratio is 3: “Both” requires it, and it is 2.04 now.',
    row: {...seeding, seedingTime: 1 * DAY},
    rules: [rule('Both', {when: {all: [ratioOf(3), seedingFor('14d')]}})],
  },
  {
    sentence: 'Stays until 13 March: “Old” removes it when it is 14 days old.',
    row: seeding,
    rules: [rule('Old', {when: {not: {fact: 'age', op: 'lte', value: '14d'}}})],
  },
  {
    sentence: 'Stays until 7 March: “Sooner” removes it 7 days after its completion.',
    row: seeding,
    rules: [
      rule('Old', {when: {fact: 'age', op: 'gt', value: '14d'}, concern: 'a'}),
      rule('Sooner', {when: {fact: 'sinceCompleted', op: 'gt', value: '7d'}, concern: 'b'}),
    ],
  },
  {
    sentence: 'Stays for good: no rule removes it.',
    row: seeding,
    rules: [rule('Old series', {when: {all: [complete, {fact: 'category', op: 'eq', value: 'tv'}]}})],
  },

  // Rules that hold, act, or ask.
  {sentence: 'Is removed within a minute: it has seeded enough.', row: seeding, rules: [paid]},
  {
    sentence: 'Is removed within a minute: “Done” applies to it.',
    row: seeding,
    rules: [rule('Done', {reason: 'conditionTrue'})],
  },
  {
    sentence: 'Is removed in 14 min: it has stalled.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled()],
    held: {ms: 46 * MINUTE * 1000},
  },
  {
    sentence: 'Is removed in 20 min: it has stalled.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled({hold: {strikes: 3, gap: '20m'}})],
    held: {ms: 0, strikes: 2},
  },
  {
    sentence: 'Is removed today at 15:00: it has stalled.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled({hold: {for: '4h'}})],
    held: {ms: HOUR * 1000},
  },
  {
    sentence: 'Is removed tomorrow at 11:00: it has stalled.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled({hold: {for: '1d'}})],
    held: {ms: HOUR * 1000},
  },
  {
    sentence: 'Is removed on 8 March: it has stalled.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled({hold: {for: '7d'}})],
    held: {ms: 0},
  },
  {
    sentence: 'Is removed in 14 min: it has stalled.',
    row: {
      ...loading,
      state: 'stalledDown',
      'obligation.met': 'no',
      'obligation.timeLeft': null,
      'obligation.ratioNeeded': null,
    },
    rules: [stalled()],
    held: {ms: 46 * MINUTE * 1000},
  },
  {
    sentence: 'Waiting for your answer: “Old” would remove it.',
    row: seeding,
    rules: [rule('Old', {mode: 'ask'})],
  },
  {
    sentence: 'Stays until you answer: “Old” asks tomorrow at 12:00 whether to remove it.',
    row: seeding,
    rules: [rule('Old', {mode: 'ask', hold: {for: '1d'}})],
    held: {ms: 0},
  },
  {sentence: 'May be removed: “Make room” takes it when its turn comes.', row: seeding, rules: [free()]},
  {
    sentence: 'Stays until space is short: “Make room” may remove it then.',
    row: {...seeding, 'server.freeBytes': 5e11},
    rules: [free({when: {all: [complete, {fact: 'server.freeBytes', op: 'lt', value: '100 GB'}]}})],
  },
  {
    sentence: 'Stays until 14 March: “Seeding goals” requires 13 more days of seeding.',
    row: {...seeding, seedingTime: 1 * DAY, 'server.freeBytes': 5e11},
    rules: [
      free({when: {fact: 'server.freeBytes', op: 'lt', value: '100 GB'}, concern: 'space'}),
      goals(seedingFor('14d')),
    ],
  },
  {
    sentence: 'Stays for now: “Night” acts at its set times only.',
    row: seeding,
    rules: [rule('Night', {schedule: {window: {from: '22:00', to: '06:00', timeZone: 'UTC'}}})],
  },
  {
    sentence: 'Stays for now: “Keep films” decides before “Seeding goals”.',
    row: seeding,
    rules: [other, {...paid, order: 5}],
  },
  {
    sentence: 'Stays for now: “Seeding goals” would remove it, but is a dry run.',
    row: seeding,
    rules: [{...paid, mode: 'simulate'}],
  },
  {
    sentence: 'Is removed within a minute: it has seeded enough.',
    row: seeding,
    rules: [{...free(), mode: 'simulate', concern: 'a'}, paid],
  },
  {sentence: 'Stays for good: no rule removes it.', row: seeding, rules: [{...paid, mode: 'off'}]},
  {
    sentence: 'Stays for good: no rule removes it.',
    row: seeding,
    rules: [rule('Elsewhere', {scope: {categories: ['tv']}})],
  },
  {
    sentence: 'Stays for good: no rule removes it.',
    row: seeding,
    rules: [rule('Tags', {do: [{action: 'tag', names: ['old']}]})],
  },
  {sentence: 'Stays for good: no rule removes it.', row: seeding},

  // What the executor said.
  {
    sentence: 'Stays for now, although “Seeding goals” would remove it.',
    row: seeding,
    rules: [paid],
    blockedBy: {isSuspension: false, message: 'It goes on with the next run.'},
  },
  {
    sentence: 'Stays for now: “Seeding goals” is paused.',
    row: seeding,
    rules: [paid],
    blockedBy: {isSuspension: true, message: ''},
  },
  {
    sentence: 'Stays for now: “Stalled downloads” is paused.',
    row: {...loading, state: 'stalledDown'},
    rules: [stalled({hold: {for: '4h'}})],
    held: {ms: HOUR * 1000},
    blockedBy: {isSuspension: true, message: ''},
  },
  {
    sentence: 'Stays until tomorrow 12:00: Mara had “Seeding goals” wait.',
    row: seeding,
    rules: [paid],
    waits: {ruleName: 'Seeding goals', until: AT + DAY * 1000, by: 'Mara', why: 'put_off'},
  },
  {
    sentence: 'Stays until tomorrow 12:00: Mara had “Stalled downloads” wait.',
    row: seeding,
    rules: [paid],
    waits: {ruleName: 'Stalled downloads', until: AT + DAY * 1000, by: 'Mara', why: 'put_off'},
  },
  {
    sentence: 'Stays until tomorrow 12:00: Mara undid what “Seeding goals” did.',
    row: seeding,
    rules: [paid],
    waits: {ruleName: 'Seeding goals', until: AT + DAY * 1000, by: 'Mara', why: 'undone'},
  },
  {
    sentence: 'Its removal waits: nas has not answered yet.',
    row: seeding,
    rules: [paid],
    around: {removalWaits: 'nas has not answered yet.'},
  },
  {sentence: 'Stays for good: it is protected.', row: {...seeding, 'memory.protected': true}, rules: [paid]},
  {
    sentence: 'Stays for good: it is protected.',
    row: {...seeding, 'memory.protected': true},
    around: at('unreachable'),
  },

  // Its server.
  {
    sentence: 'Can’t be decided: nas has been unreachable since 07:00.',
    row: {'memory.protected': false, why: {state: 'serverNotOnline'}},
    rules: [paid],
    around: at('unreachable'),
  },
  {
    sentence: 'Can’t be decided: nas has been unreachable since yesterday 12:00.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('unreachable', ago(DAY * 1000)),
  },
  {
    sentence: 'Can’t be decided: nas has refused the password since 07:00.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('auth_failed'),
  },
  {
    sentence: 'Can’t be decided: nas has banned Commodarr since 07:00.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('banned'),
  },
  {
    sentence: 'Can’t be decided: this version of nas is not supported.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('incompatible'),
  },
  {
    sentence: 'Can’t be decided yet: Commodarr is connecting to nas.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('connecting'),
  },
  {
    sentence: 'Can’t be decided yet: the list of nas is being read.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('warming'),
  },
  {
    sentence: 'Can’t be decided: nas is turned off.',
    row: {why: {state: 'serverNotOnline'}},
    around: at('paused'),
  },
  {
    sentence: 'Can’t be decided: many torrents disappeared from nas at once.',
    row: {why: {state: 'frozen'}},
    rules: [paid],
  },
  {
    sentence: 'Can’t be decided: nas has not listed it since 11:59.',
    row: {why: {state: 'stale'}},
    rules: [paid],
  },

  // What a rule hangs on is not known.
  {
    sentence: 'Can’t be decided yet: what “Linked” depends on is being looked up.',
    row: seeding,
    rules: [rule('Linked', {when: {fact: 'content.linksOutside', op: 'eq', value: 0}})],
  },
  {
    sentence: 'Can’t be decided: its files can’t be looked at.',
    row: {...seeding, why: {'content.linksOutside': 'unreadable'}},
    rules: [rule('Linked', {when: {fact: 'content.linksOutside', op: 'eq', value: 0}})],
  },
  {
    sentence: 'Can’t be decided: nas has no internet connection.',
    row: {...seeding, why: {'tracker.class': 'noInternet'}},
    rules: [rule('Unregistered', {when: {fact: 'tracker.class', op: 'eq', value: 'unregistered'}})],
  },
  {
    sentence: 'Can’t be decided yet: what “Unregistered” depends on is being looked up.',
    row: {...seeding, why: {'tracker.class': 'serverNotOnline'}},
    rules: [rule('Unregistered', {when: {fact: 'tracker.class', op: 'eq', value: 'unregistered'}})],
  },
  {
    sentence: 'Can’t be decided: Radarr has not answered since 11:59.',
    row: {...seeding, ...ofRadarr, why: {'arr.tracked': 'stale'}},
    rules: [rule('Imported', {when: {fact: 'arr.tracked', op: 'eq', value: 'imported'}})],
    around: {arrName: () => 'Radarr'},
  },
  {
    sentence: 'Can’t be decided: another server that may use its files is not online.',
    row: {...seeding, why: {'content.ownersOther': 'serverNotOnline'}},
    rules: [rule('Alone', {when: {fact: 'content.ownersOther', op: 'eq', value: 0}})],
  },
  {
    sentence: 'Stays for good: no rule removes it.',
    row: {...seeding, why: {'arr.score': 'missing'}},
    rules: [rule('Scored', {when: {fact: 'arr.score', op: 'lt', value: 0}})],
  },

  // Its import.
  {
    sentence: 'Is being imported: Radarr has started.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'importing'},
    rules: [paid],
  },
  {
    sentence: 'Is imported next: Radarr has seen that it is complete.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'importPending'},
    rules: [goals(ratioOf(3))],
  },
  {
    sentence: 'Not imported: Radarr says “Not an upgrade for the existing file”.',
    row: {
      ...seeding,
      ...ofRadarr,
      'arr.tracked': 'importBlocked',
      'arr.messages': ['Not an upgrade for the existing file'],
    },
  },
  {
    sentence: 'Not imported: Radarr needs your decision.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'importBlocked', 'arr.messages': []},
  },
  {
    sentence: 'Not imported: Radarr could not import it.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'importFailed'},
  },
  {
    sentence: 'Not imported: Radarr has marked the download as failed.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'failed'},
  },
  {
    sentence: 'Stays until its ratio is 3: “Seeding goals” requires it, and it is 2.04 now.',
    row: {...seeding, ...ofRadarr, 'arr.tracked': 'imported', 'arr.importedEvidence': 'history/12'},
    rules: [goals(ratioOf(3))],
  },

  // What it does.
  {
    sentence: 'Is downloading: complete in 17 min.',
    row: {...loading, eta: 17 * MINUTE},
    rules: [paid, stalled()],
  },
  {sentence: 'Is downloading: 37.4 % is complete.', row: loading},
  {sentence: 'Is fetching its metadata from peers.', row: {...loading, state: 'metadata', progress: 0}},
  {
    sentence: 'Has stalled at 37.4 %: no peer sends data, and no rule replaces it.',
    row: {...loading, state: 'stalledDown'},
  },
  {sentence: 'Is queued: it waits for a download slot.', row: {...loading, state: 'queuedDown'}},
  {sentence: 'Is stopped at 37.4 %: it stays so until you start it.', row: {...loading, state: 'stopped'}},
  {
    sentence: 'Is being checked: its files are compared with its pieces.',
    row: {...seeding, state: 'checking'},
    rules: [goals(ratioOf(3))],
  },
  {sentence: 'Is being moved to another folder.', row: {...seeding, state: 'moving'}},
  {
    sentence: 'Has an error: “No space left on device”.',
    row: {...loading, state: 'error', message: 'No space left on device'},
  },
  {sentence: 'Has an error, and no rule repairs it.', row: {...loading, state: 'error'}},
  {sentence: 'Its files are missing, and no rule repairs it.', row: {...seeding, state: 'missingFiles'}},
]

/** What the rules say in a situation. */
export function reportedIn(situation: Situation): Explanation {
  const {ruleSet, now} = evaluatedIn(situation)
  const reported = explain(ruleSet, situation.row, now)
  const {blockedBy, waits} = situation
  const more = {...(blockedBy && {blockedBy}), ...(waits && {waits})}
  return {...reported, rules: reported.rules.map((one) => ({...one, ...more}))}
}

/** Its rules, and how far each has come. */
export function evaluatedIn({rules = [], held}: Situation): {
  readonly ruleSet: RuleSet<Row>
  readonly now: Circumstances
} {
  const ruleSet = new RuleSet(rules, world)
  const memoryOf = (one: Rule): HoldMemory | null =>
    held && one.hold
      ? {
          mark: ruleSet.rules.find(({rule: {id}}) => id === one.id)!.mark,
          ms: held.ms,
          last: null,
          strikes: Array.from({length: held.strikes ?? 0}, () => ({at: AT, seen: {}})),
        }
      : null
  return {ruleSet, now: {at: AT, time: {run: 'a', ms: 0, steady: true}, memoryOf, isHeld: () => false}}
}

export function aroundIn({around}: Situation): VerdictAround {
  return {...at('online'), arrName: (id) => id, removalWaits: null, ...around}
}
