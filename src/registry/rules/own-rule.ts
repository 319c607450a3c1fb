/** A rule of a person, as the database keeps it and as it is worked with. */
import type {UserId} from '#model/access.ts'
import type {Rule} from '#model/rule.ts'
import {ruleOf} from '#rules/parse.ts'
import {documentOf} from '#rules/write.ts'
import type {RuleRow} from '#store/repositories/rules.ts'

/** Of what `documentOf` writes. */
const DOCUMENT_VERSION = 1

export interface OwnRule {
  readonly row: RuleRow
  /** `null` = what is kept of it cannot be read (any more): it does nothing, and stays. */
  readonly rule: Rule | null
}

export function ownRuleOf(row: RuleRow): OwnRule {
  const {id, revision, name, mode, position: order, version, document} = row
  if (version !== DOCUMENT_VERSION || typeof document !== 'object' || document === null) {
    return {row, rule: null}
  }
  return {row, rule: ruleOf({...document, id, revision, name, mode, order}).rules[0] ?? null}
}

/** A new revision of it, or its first. */
export function ruleRowOf(
  rule: Rule,
  about: Pick<RuleRow, 'ownerId' | 'createdAt' | 'revisedBy' | 'ceiling'> & {readonly now: number},
): RuleRow {
  const {ownerId, createdAt, revisedBy, ceiling, now} = about
  const {id, revision, name, mode, order} = rule
  return {
    id,
    revision,
    name,
    mode,
    position: order,
    version: DOCUMENT_VERSION,
    document: documentOf(rule),
    ownerId,
    createdAt,
    revisedBy,
    revisedAt: now,
    changedAt: now,
    ceiling,
  }
}

export function ownerOf({row}: OwnRule): UserId | null {
  return row.ownerId as UserId | null
}
