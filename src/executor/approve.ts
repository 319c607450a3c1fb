/** Where a command becomes an approved one: the only file that may say so. */
import type {AnyTorrentCommand, Approved, ServerCommand} from '#model/command.ts'

/** Call only with commands whose items passed `refusalOf` (`guards/evaluate-guards.ts`). */
export function approve<C extends AnyTorrentCommand>(command: C): Approved<C> {
  return command as Approved<C>
}

export function approveForServer(command: ServerCommand): Approved<ServerCommand> {
  return command as Approved<ServerCommand>
}
