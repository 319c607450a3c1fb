import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {asTrackerProfileId} from '#model/tracker-profile.ts'
import {importProfiles, type ListedProfile} from '#registry/import/tracker-profiles.ts'
import {TrackerProfileUnknown} from '#registry/trackers/draft.ts'
import type {TrackerProfileService} from '#registry/trackers/service.ts'
import {toWire} from '../answers/codec.ts'
import {demandUnchanged} from '../answers/field-errors.ts'
import {
  contentFrom,
  leavingTracker,
  patchFrom,
  seenProfiles,
  seenTrackers,
  wireChange,
  type TrackerViewing,
} from '../rows/tracker-views.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {
  LeavingQuery,
  LeavingSchema,
  NewTrackerProfile,
  ProfileChanged,
  ProfileHow,
  ProfileImport,
  ProfileImported,
  ProfileParams,
  ProfileRemoval,
  readOnlyOfProfiles,
  SeenTrackerSchema,
  TrackerProfileChange,
  TrackerProfileSchema,
} from '../schemas/trackers.ts'
import {splitReadOnly} from '../schemas/units.ts'
import type {Scope} from '../scope/scope.ts'
import type {Principal} from '#model/access.ts'
import {needs} from '../security/route-access.ts'

/** Trackers that torrents have, and what people say of them: what each asks for, its limits, the words it uses. */
export function trackerRoutes(
  service: Pick<TrackerProfileService, 'seenWholeBy' | 'seen' | 'create' | 'change' | 'remove'>,
  viewing: TrackerViewing,
): FastifyPluginAsyncZod {
  const seen = (by: Principal, scope: Scope, id: string) => {
    const profile = seenProfiles(by, scope, viewing).find((it) => it.id === id)
    if (profile === undefined) throw new TrackerProfileUnknown(id)
    return profile
  }
  return async (app) => {
    app.get('/trackers', {schema: list, config: needs('read', 'scope')}, async ({scope}) => ({
      trackers: [...(await seenTrackers(scope, viewing))],
    }))
    app.get('/trackers/leaving', {schema: leaving, config: needs('read', 'scope')}, async ({scope, query}) =>
      leavingTracker(scope, viewing, query.tracker),
    )
    app.get(
      '/tracker-profiles',
      {schema: profiles, config: needs('read', 'scope')},
      async ({principal, scope}) => ({profiles: [...seenProfiles(principal, scope, viewing)]}),
    )
    app.post(
      '/tracker-profiles',
      {schema: add, config: needs('manage', 'program')},
      async (request, reply) => {
        const {principal, scope, body, query} = request
        const change = await service.create(principal, contentFrom(body), query)
        return reply.code(query.preview ? 200 : 201).send(wireChange(change, principal, scope, viewing))
      },
    )
    app.post(
      '/tracker-profiles/import',
      {schema: bring, config: needs('manage', 'program')},
      async ({principal, body, query}) => {
        const entries = await importProfiles(service, principal, body.profiles.map(listedProfile), query)
        return {entries: entries.map(toWire)}
      },
    )
    app.get(
      '/tracker-profiles/:id',
      {schema: one, config: needs('read', 'program')},
      async ({principal, scope, params}) => seen(principal, scope, params.id),
    )
    app.patch(
      '/tracker-profiles/:id',
      {schema: edit, config: needs('manage', 'program')},
      async (request) => {
        const {principal, scope, params, query} = request
        const {body, readOnly} = splitReadOnly(request.body, readOnlyOfProfiles)
        demandUnchanged(readOnly, seen(principal, scope, params.id))
        const {revision = null, ...patch} = body
        const id = asTrackerProfileId(params.id)
        const change = await service.change(principal, id, patchFrom(patch), {...query, revision})
        return wireChange(change, principal, scope, viewing)
      },
    )
    app.delete(
      '/tracker-profiles/:id',
      {schema: remove, config: needs('manage', 'program')},
      async (request) => {
        const {principal, scope, params, query} = request
        const {revision = null, ...how} = query
        const change = await service.remove(principal, asTrackerProfileId(params.id), {...how, revision})
        return wireChange(change, principal, scope, viewing)
      },
    )
  }
}

/** What an answer has beside what is said of a tracker is left out, as an exported list has it. */
function listedProfile(entry: Readonly<Record<string, unknown>>): ListedProfile {
  const {
    id,
    owner: _owner,
    origin,
    source: _source,
    may: _may,
    seen_hosts: _seen,
    revision: _revision,
    ...content
  } = entry
  const name = typeof entry['name'] === 'string' ? entry['name'].slice(0, 100) : ''
  const head = {name, id: typeof id === 'string' ? id : null}
  if (origin === 'file') {
    return {...head, content: null, problem: 'It is a row of config.toml: copy it there.'}
  }
  const read = NewTrackerProfile.safeParse(content)
  if (read.success) return {...head, content: contentFrom(read.data), problem: null}
  const [issue] = read.error.issues
  const place = issue?.path.join('.') || 'the entry'
  return {...head, content: null, problem: `${place}: ${issue?.message ?? 'it cannot be read'}`}
}

const tags = ['trackers']

const list = {
  operationId: 'listSeenTrackers',
  tags,
  summary: 'Trackers of the torrents that you see',
  description:
    'Hosts of one profile are one tracker; others are together by their domain. A torrent with several trackers counts for each.',
  response: ok(z.object({trackers: z.array(SeenTrackerSchema).describe('Most torrents first')})),
}

const leaving = {
  operationId: 'previewLeavingTracker',
  tags,
  summary: 'What you would lose by leaving a tracker',
  description:
    'Torrents that only this tracker has. Those whose data a torrent on another tracker uses are counted apart, and so is what cannot be known: of servers that you may only look at, it is not checked whose data it is.',
  querystring: LeavingQuery,
  response: ok(LeavingSchema),
}

const profiles = {
  operationId: 'listTrackerProfiles',
  tags,
  summary: 'Tracker profiles, and rows of config.toml',
  description:
    'Yours and, for administrators, those of all users. Of others those that count on a server that you see, with such hosts alone that torrents there have. Can be sent to POST /api/tracker-profiles/import as it is.',
  response: ok(z.object({profiles: z.array(TrackerProfileSchema)})),
}

const one = {
  operationId: 'getTrackerProfile',
  tags,
  summary: 'One tracker profile',
  params: ProfileParams,
  response: ok(TrackerProfileSchema),
}

const add = {
  operationId: 'addTrackerProfile',
  tags,
  summary: 'Make a tracker profile',
  description:
    'What it asks for holds beside config.toml and other profiles: of several the strictest. Limits that say that nothing is owed may end what private torrents usually owe; such a change takes frees.',
  querystring: ProfileHow,
  body: NewTrackerProfile,
  response: {200: ProfileChanged, 201: ProfileChanged, ...problemAnswers},
}

const edit = {
  operationId: 'changeTrackerProfile',
  tags,
  summary: 'Change a tracker profile',
  params: ProfileParams,
  querystring: ProfileHow,
  body: TrackerProfileChange,
  response: ok(ProfileChanged),
}

const remove = {
  operationId: 'removeTrackerProfile',
  tags,
  summary: 'Remove a tracker profile',
  description:
    'Torrents that owed seeding by it alone owe none from then on, and rules may remove them: frees has to name how many, as preview reports.',
  params: ProfileParams,
  querystring: ProfileRemoval,
  response: ok(ProfileChanged),
}

const bring = {
  operationId: 'importTrackerProfiles',
  tags,
  summary: 'Import tracker profiles',
  description:
    'An entry changes the profile with its id, else yours of its name, else it is added. Nothing is removed. An entry that cannot be read costs only itself.',
  querystring: ProfileHow,
  body: ProfileImport,
  response: ok(ProfileImported),
}
