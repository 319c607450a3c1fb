/** The routes of what rules judge, keep and ask, and what stands behind them until it is there. */
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {approvalRoutes} from '#http/routes/approvals.ts'
import {journalRoutes, type JournalRouteParts} from '#http/routes/journal.ts'
import {ruleRoutes, type RuleRouteParts} from '#http/routes/rules.ts'
import {orphanRoutes} from '#http/routes/orphans.ts'
import {torrentExplanation} from '#http/routes/torrent-explanation.ts'
import {trashRoutes, type TrashRouteParts} from '#http/routes/trash.ts'
import type {ApprovalDesk} from '#model/approvals.ts'
import {CommodarrError} from '#model/errors.ts'
import {NotReady, type Explainer} from '#model/explaining.ts'
import type {Orphans} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import type {Trash} from '#model/trash.ts'
import {RuleUnknown} from '#registry/rules/rights.ts'

export interface JudgingParts {
  /** What every rule says of a torrent now. */
  readonly explainer: Explainer
  /** The desk of decisions, as far as people answer it. */
  readonly approvals: ApprovalDesk
  readonly trash: Trash
  readonly orphans: Orphans
  /** Rules of people, and those of the configuration as far as people change them. */
  readonly ruleKeeper: RuleRouteParts['keeper']
  /** What a rule that is not saved would do. */
  readonly rulePreviews: RuleRouteParts['previews']
  readonly milestones: JournalRouteParts['milestones']
  readonly undoDeed: JournalRouteParts['undoDeed']
  /** Of rules that stand; `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
}

/** Nobody judges yet, so that nothing waits and nothing was set aside. */
export const notJudging: JudgingParts = {
  explainer: {
    explain: async (key) => {
      throw new NotReady({...key})
    },
  },
  approvals: {waiting: () => [], approve: noAction, decline: noAction},
  trash: {list: () => [], restore: nothingThere, purge: nothingThere},
  orphans: {
    state: () => ({isLooking: false, report: null, nextAt: 0}),
    look: () => undefined,
    act: async () => [],
  },
  ruleKeeper: {
    seenBy: () => [],
    seen: (_by, id) => {
      throw new RuleUnknown(id)
    },
    ...{create: notYet, copy: notYet, replace: notYet, change: notYet, remove: notYet, resume: notYet},
  },
  rulePreviews: {of: notYet},
  milestones: () => [],
  undoDeed: notYet,
  ruleName: () => null,
}

/** Below `/api`. */
export function judgingNouns(
  {
    explainer,
    approvals,
    trash,
    orphans,
    ruleKeeper,
    rulePreviews,
    milestones,
    undoDeed,
    ruleName,
  }: JudgingParts,
  {audit, clock, userName}: Pick<JournalRouteParts, 'audit' | 'clock'> & Pick<TrashRouteParts, 'userName'>,
): readonly FastifyPluginAsyncZod[] {
  return [
    torrentExplanation({explainer}),
    journalRoutes({audit, clock, milestones, undoDeed}),
    trashRoutes({trash, userName, ruleName}),
    orphanRoutes({orphans}),
    approvalRoutes({approvals, rules: ruleKeeper, ruleName}),
    ruleRoutes({keeper: ruleKeeper, previews: rulePreviews, userName}),
  ]
}

async function noAction(): Promise<never> {
  throw new CommodarrError('action_unknown', 'Nothing of this name waits for an answer.')
}

async function notYet(): Promise<never> {
  throw new NotReady()
}

async function nothingThere(): Promise<never> {
  throw new CommodarrError('trash_unknown', 'There is nothing of this name in the trash.')
}
