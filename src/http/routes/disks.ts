import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AuditEvent} from '#model/audit-event.ts'
import type {MountRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {at, bytes, flag, text} from '../schemas/units.ts'

/** Disks at our paths, as they were believed last. */
export interface KnownDisks {
  all(): readonly MountRecord[]
  /** `false` = it was not known. */
  forget(path: string): boolean
}

const config = needs('admin', 'program')

/** Which disk belongs to which path, for administrators: only a person says that it was replaced or emptied on purpose. */
export function diskRoutes(
  disks: KnownDisks,
  /** Written before it is done. */
  record: (event: AuditEvent) => Promise<void>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/disks', {schema: list, config}, async () => ({disks: disks.all().map(wire)}))
    app.post('/disks/forget', {schema: forgetOne, config}, async ({principal, body: {path}}, reply) => {
      if (!disks.all().some((it) => it.path === path)) {
        throw new CommodarrError('disk_unknown', 'No disk is known at this path.')
      }
      const {actor} = principal
      await record({actor, subject: 'path', verb: 'forget', name: path, serverId: null, args: {}})
      disks.forget(path)
      return reply.code(204).send()
    })
  }
}

function wire({path, totalBytes, hadFiles, seenAt}: MountRecord): z.infer<typeof DiskSchema> {
  return {path, total_bytes: totalBytes, had_files: hadFiles, seen_at: seenAt}
}

const tags = ['program']

const DiskSchema = z
  .object({
    path: text('As Commodarr sees it'),
    total_bytes: bytes('Size of its file system'),
    had_files: flag('There was something in the folder'),
    seen_at: at('Since when it is as it is'),
  })
  .meta({id: 'KnownDisk'})

const list = {
  operationId: 'listDisks',
  tags,
  summary: 'Which disk was at each path that Commodarr looked at',
  response: ok(z.object({disks: z.array(DiskSchema)})),
}

const forgetOne = {
  operationId: 'forgetDisk',
  tags,
  summary: 'Take what is at a path now for its disk',
  description:
    'For a disk that was replaced, or a folder that was emptied on purpose. Until then another disk there counts as one that is missing, and nothing is concluded from it.',
  body: z
    .strictObject({path: z.string().min(1).max(4096).describe('As the list writes it')})
    .meta({id: 'DiskPath'}),
  response: nothing,
}
