/** What an Arr still has to take in stays. That it left the queue proves nothing. */
import {MINUTE} from '#model/units.ts'
import type {DecisionGuard, DecisionItem, Objection} from './decision-guard.ts'
import {factsOf, isGrave, valueOf} from './decision-guard.ts'

const waiting = new Set(['importPending', 'importing', 'importBlocked', 'importFailed'])
const SETTLING = 15 * MINUTE

export const importing: DecisionGuard = {
  name: 'import',
  guards: (item) => isGrave(item) && item.key !== null,
  look(item) {
    const inPart = importedInPart(item) ?? unproven(item)
    if (inPart) return inPart
    if (isExempt(item) || valueOf(item, 'arr.id') === null) return null
    const {importedAt, now} = item
    if (importedAt !== null && now - importedAt < SETTLING * 1_000) {
      const left = SETTLING - (now - importedAt) / 1_000
      return {
        verdict: 'postpone',
        code: 'just_imported',
        detail: {left},
        lift: 'A quarter of an hour after it.',
      }
    }
    const tracked = valueOf(item, 'arr.tracked')
    if (tracked === undefined) {
      if (valueOf(item, 'arr.queuePresent') === false) return null
      return {verdict: 'block', code: 'import_unknown', detail: {}, lift: 'Its Arr has to answer.'}
    }
    if (!waiting.has(tracked as string)) return null
    const detail = {tracked, messages: valueOf(item, 'arr.messages') ?? []}
    return {
      verdict: 'block',
      code: 'import_waiting',
      detail,
      lift: 'Its Arr has to take it in, or to give it up.',
    }
  },
}

/** It goes because it is in the library: so it has to be there now, and not only when that was decided. */
function unproven(item: DecisionItem): Objection | null {
  const proof = 'arr.importedEvidence'
  if (!item.action.losesBytes || !factsOf(item.decision.evidence).includes(proof)) return null
  if ((valueOf(item, proof) ?? null) !== null) return null
  return {
    verdict: 'block',
    code: 'import_unknown',
    detail: {fact: proof},
    lift: 'Its Arr has to prove it anew.',
  }
}

/** A pack is given up as a whole, or not at all: what is in the library of it stays, and so does the rest. */
function importedInPart(item: DecisionItem): Objection | null {
  if (item.action.action !== 'failDownload' || valueOf(item, 'arr.id') === null) return null
  const anyImported = valueOf(item, 'arr.anyImported')
  if (anyImported === false) return null
  const detail = {fact: 'arr.anyImported'}
  return anyImported === undefined
    ? {
        verdict: 'postpone',
        code: 'import_unknown',
        detail,
        lift: 'Its Arr has to tell what it imported of it.',
      }
    : {
        verdict: 'block',
        code: 'imported_in_part',
        detail: {},
        lift: 'Remove it yourself if the rest is not wanted.',
      }
}

/** Its owner said so: of what the Arr rejects with this reason, and of dangerous files. */
function isExempt({action, decision}: DecisionItem): boolean {
  return (
    action.action === 'failDownload' &&
    (decision.reason === 'importRejected' || decision.reason === 'unwantedFiles')
  )
}
