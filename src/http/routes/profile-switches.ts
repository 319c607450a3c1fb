import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {Principal} from '#model/access.ts'
import type {ArrCard} from '#model/arr-service.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import type {
  ProfileSwitchQuery,
  ProfileSwitchWindow,
  RestoreReason,
  ShownProfileSwitch,
} from '#model/profile-switches.ts'
import {ArrUnknown} from '#registry/arrs/draft.ts'
import {ok} from '../schemas/answers.ts'
import {
  ProfileSwitchesSchema,
  ProfileSwitchParameters,
  ProfileSwitchParams,
  ProfileSwitchSchema,
} from '../schemas/profile-switches.ts'
import {needs} from '../security/route-access.ts'

export interface ProfileSwitchRouteDeps {
  readonly seenBy: (by: Principal) => readonly Pick<ArrCard, 'id' | 'name'>[]
  readonly mayCommand: (by: Principal, id: ArrId) => boolean
  readonly note: (event: AuditEvent) => Promise<void>
  readonly switches: {
    list(query: ProfileSwitchQuery): Promise<ProfileSwitchWindow>
    get(id: string): ShownProfileSwitch | null
    /** @returns `null` = it has its own profile already. @throws {StorageFault} */
    restore(id: string): Promise<ShownProfileSwitch | null>
  }
}

/** What has a temporary quality profile in an Arr, and its own back by hand. */
export function profileSwitchRoutes({
  seenBy,
  mayCommand,
  note,
  switches,
}: ProfileSwitchRouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/profile-switches', {schema: list, config: needs('read', 'scope')}, async (request) => {
      const {arr, group = null, offset, limit} = request.query
      const seen = seenBy(request.principal).map(({id}) => id as string)
      if (arr !== undefined && !seen.includes(arr)) throw new ArrUnknown(arr)
      const arrs = arr === undefined ? seen : [arr]
      const {items, total, arrs: about} = await switches.list({arrs, group, offset, limit})
      return {
        items: items.map(wireSwitch),
        total,
        arrs: about.map((one) => ({
          arr_id: one.arrId,
          on: one.isOn,
          only_shown: one.isOnlyShown,
          stopped_until: one.stoppedUntil,
          problems: [...one.problems],
          waiting: one.waiting,
        })),
      }
    })
    app.post(
      '/profile-switches/:id/restore',
      {schema: restore, config: needs('control', 'arr')},
      async ({principal, params}) => {
        const row = switches.get(params.id)
        const arr = row && seenBy(principal).find(({id}) => id === row.arrId)
        if (!row || !arr)
          throw new CommodarrError('profile_switch_unknown', 'There is no such temporary profile.')
        if (!mayCommand(principal, asArrId(arr.id)))
          throw new CommodarrError('forbidden', 'You may see this Arr, but you may not command it.')
        const restored = await switches.restore(row.id)
        if (restored === null)
          throw new CommodarrError('undo_impossible', 'It does not have the temporary profile any more.')
        const {kind, containerId, title, originalName, temporaryName} = row
        await note({
          actor: principal.actor,
          subject: 'arr',
          verb: 'arr.profile',
          name: arr.name,
          serverId: null,
          args: {
            id: arr.id,
            item: `${kind}/${containerId}`,
            title,
            reason: 'person',
            original: originalName,
            temporary: temporaryName,
          },
        })
        return wireSwitch(restored)
      },
    )
  }
}

function wireSwitch(row: ShownProfileSwitch): z.output<typeof ProfileSwitchSchema> {
  return {
    id: row.id,
    arr_id: row.arrId,
    kind: row.kind,
    item_id: row.containerId,
    title: row.title,
    original: row.originalName,
    temporary: row.temporaryName,
    state: row.state,
    says: sentenceOf(row),
    since: row.since,
    begun_at: row.begunAt,
    reason: row.reason,
    due: row.due,
    only_shown: row.isOnlyShown,
    tries: row.tries,
  }
}

const because: Readonly<Record<RestoreReason, string>> = {
  imported: 'nothing of it is missing any more',
  timeout: 'its time is over',
  unmonitored: 'it is not monitored',
  off: 'temporary profiles are off',
  unmapped: 'no mapping leads to the temporary one any more',
  reset: 'all are put back at the start',
  person: 'a user wanted it',
  removed: 'its Arr is removed',
}

function sentenceOf({
  state,
  originalName,
  temporaryName,
  reason,
  due,
  isOnlyShown,
}: ShownProfileSwitch): string {
  switch (state) {
    case 'intended':
      return `About to get ${temporaryName}.`
    case 'switched':
      if (due !== null && isOnlyShown)
        return `On ${temporaryName}. Would get ${originalName} back because ${because[due]}, but nothing is sent.`
      return `On ${temporaryName}; back to ${originalName} when it is imported.`
    case 'restoring':
      return `${originalName} is being put back because ${because[reason ?? 'person']}.`
    case 'restored':
      return `Has its own profile, ${originalName}.`
    case 'kept':
      return `Imported; keeps ${temporaryName}.`
    case 'superseded':
      return 'Was given another profile meanwhile, and is left alone.'
    case 'gone':
      return 'Not in its Arr any more.'
    case 'needs_you':
      return `${originalName} does not exist any more. Give it another profile in its Arr.`
  }
}

const tags = ['library']

const list = {
  operationId: 'listProfileSwitches',
  tags,
  summary: 'What has a temporary quality profile, or had one',
  description:
    'Movies, series, artists and authors of the Arrs that you see that were given another quality profile because something ' +
    'of them was missing. Nothing is asked of an Arr.',
  querystring: ProfileSwitchParameters,
  response: ok(ProfileSwitchesSchema),
}

const restore = {
  operationId: 'restoreProfileSwitch',
  tags,
  summary: 'Put the own quality profile back',
  description:
    'Written down first, then the Arr is asked: when it does not answer, it is asked again until it has done it. For a week ' +
    'the item gets no temporary profile.',
  params: ProfileSwitchParams,
  response: ok(ProfileSwitchSchema),
}
