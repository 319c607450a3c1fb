import {text} from '../../i18n/text.ts'
import {TextButton} from '../../ui/TextButton.tsx'
import {TargetCard} from './TargetCard.tsx'
import type {Targets} from './use-targets.ts'

/** One or several servers; those that cannot take it stay in sight with the reason. */
export function TargetList({
  targets,
  size,
  torrents,
}: {
  targets: Targets
  size: {readonly bytes: number; readonly isWhole: boolean}
  torrents: number
}) {
  const {list, best, chosen} = targets
  const isBest = chosen.length === 1 && chosen[0]!.server.server_id === best?.id
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 flex w-full items-baseline gap-2 text-12 font-medium text-text-2">
        {text('add.where')}
        <span className="ml-auto font-normal text-text-3">{text('add.where.several')}</span>
      </legend>
      {best && (
        <p className="flex min-h-6 flex-wrap items-baseline gap-x-2 text-12 text-text-2">
          {isBest ? (
            <b className="font-medium text-text">{text('add.best.is')}</b>
          ) : (
            <TextButton onClick={() => targets.chooseOnly(best.id)}>{text('add.best')}</TextButton>
          )}
          <span>{text(best.why.key, best.why.values)}</span>
        </p>
      )}
      {list.map((target) => (
        <TargetCard
          key={target.server.server_id}
          target={target}
          size={size}
          torrents={torrents}
          onToggle={() => targets.toggle(target.server.server_id)}
        />
      ))}
      {list.length === 0 && <p className="text-text-2">{text('add.no-servers')}</p>}
    </fieldset>
  )
}
