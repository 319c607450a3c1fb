/** Where a command becomes an approved one: the only file in the house that may say so. */
import type {Approved, RemovalCommand, ServerCommand, TorrentCommand} from '#model/command.ts'

export type AnyTorrentCommand = TorrentCommand | RemovalCommand

/** Call only with commands whose items passed `refusalOf` (`guards/evaluate-guards.ts`). */
export function approve<C extends AnyTorrentCommand>(command: C): Approved<C> {
  return command as Approved<C>
}

export function isRemoval(command: AnyTorrentCommand): command is RemovalCommand {
  return command.verb === 'remove' || command.verb === 'removeWithData'
}

export function approveForServer(command: ServerCommand): Approved<ServerCommand> {
  return command as Approved<ServerCommand>
}
