/** The program as benches start it: on SQLite, whoever reaches it is let in, nothing is logged. */
import {join} from 'node:path'
import pino from 'pino'
import {composeApp, type App} from '#app/compose.ts'
import {usualWebUi} from '#config/load.ts'
import type {ServerDefinition} from '#model/server.ts'
import {Store} from '#store/store.ts'

/** @param folder where it keeps its data; whoever made it removes it */
export async function composeBenchApp(servers: readonly ServerDefinition[], folder: string): Promise<App> {
  return composeApp({
    servers,
    dataFolder: folder,
    store: await Store.sqlite(join(folder, 'commodarr.db')),
    webui: {...usualWebUi, AllowInsecureExposure: true},
    isOpen: true,
    file: null,
    env: {},
    demo: true,
    reachesHost: async () => true,
    log: pino({level: 'silent'}),
  })
}
