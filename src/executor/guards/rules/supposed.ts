/**
 * What a look at the disk, a server or an Arr would tell in the end, taken as it is most of the time: so guards can be
 * asked before anybody looks, and those that hang on such a look are asked again when it is done.
 */
import type {Fact, FactName, FactValue} from '#model/fact.ts'

const takenAsGood: {readonly [F in FactName]?: FactValue} = {
  'content.ownersOther': 0,
  'content.linksOutside': 0,
  'path.othersFound': true,
  'path.mounted': true,
  'path.readable': true,
  'arr.queuePresent': false,
  'arr.anyImported': false,
  'arr.importedEvidence': 'history',
}

/** Known without a look of most; of some they hang on one. */
const takenAsGoodUnread: {readonly [F in FactName]?: FactValue} = {'obligation.met': 'yes'}

export function supposed(name: FactName, fact: Fact): Fact {
  if (!('unknown' in fact)) return fact
  const value = takenAsGood[name] ?? (fact.unknown === 'notRead' ? takenAsGoodUnread[name] : undefined)
  return value === undefined ? fact : {value, observedAt: fact.since ?? 0, source: fact.source}
}
