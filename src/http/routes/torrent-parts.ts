import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {TorrentCommand} from '#model/command.ts'
import {commandOf, wireDone} from '../rows/command-results.ts'
import {HashParams, keyMeant, ServerChoice, type Asked} from '../scope/holders.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {DoneSchema} from '../schemas/results.ts'
import {torrentVerbArgs as args} from '../schemas/verbs.ts'

/** Changes of what a torrent is made of and where it gets it: files, trackers, peers, web seeds. */
export function torrentParts(): FastifyPluginAsyncZod {
  const order = async (request: Asked, command: TorrentCommand) =>
    wireDone(await request.scope.executor.run({keys: [keyMeant(request)], command}))

  return async (app) => {
    app.patch(
      '/torrents/:hash/files',
      {schema: setPriority, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('setFilePriority', request.body)),
    )
    app.post(
      '/torrents/:hash/trackers',
      {schema: addTrackers, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('addTrackers', request.body)),
    )
    app.patch(
      '/torrents/:hash/trackers',
      {schema: editTracker, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('editTracker', request.body)),
    )
    app.delete(
      '/torrents/:hash/trackers',
      {schema: removeTrackers, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('removeTrackers', request.body)),
    )
    app.post('/torrents/:hash/peers', {schema: addPeers, config: needs('control', 'torrent')}, (request) =>
      order(request, commandOf('addPeers', request.body)),
    )
    app.post(
      '/torrents/:hash/web-seeds',
      {schema: addWebSeeds, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('addWebSeeds', request.body)),
    )
    app.delete(
      '/torrents/:hash/web-seeds',
      {schema: removeWebSeeds, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('removeWebSeeds', request.body)),
    )
  }
}

const change = <B extends z.ZodType>(operationId: string, summary: string, body: B) => ({
  operationId,
  tags: ['details'],
  summary,
  params: HashParams,
  querystring: ServerChoice,
  body,
  response: ok(DoneSchema),
})

const setPriority = change('setFilePriority', 'Want files, or not', args.setFilePriority)
const addTrackers = change('addTrackers', 'Add trackers', args.addTrackers)
const editTracker = change('editTracker', 'Change the address of a tracker', args.editTracker)
// Addresses of trackers hold passkeys: they travel in the body, never in an address that ends up in logs.
const removeTrackers = change('removeTrackers', 'Remove trackers', args.removeTrackers)
const addPeers = change('addPeers', 'Tell it of peers', args.addPeers)
const addWebSeeds = change('addWebSeeds', 'Add web seeds', args.addWebSeeds)
const removeWebSeeds = change('removeWebSeeds', 'Remove web seeds', args.removeWebSeeds)
