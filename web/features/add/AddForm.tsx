import {useState} from 'react'
import type {AddOptions} from './add-options.ts'
import type {FileChoice} from './file-choice.ts'
import {FilesPane} from './FilesPane.tsx'
import {ItemList} from './ItemList.tsx'
import {LinkField} from './LinkField.tsx'
import {OptionFields} from './OptionFields.tsx'
import {TargetList} from './TargetList.tsx'
import type {Items} from './use-items.ts'
import type {Targets} from './use-targets.ts'

export interface AddFormProps {
  readonly items: Items
  readonly targets: Targets
  readonly size: {readonly bytes: number; readonly isWhole: boolean}
  readonly options: AddOptions
  readonly setOptions: (options: AddOptions) => void
  readonly choices: ReadonlyMap<string, FileChoice>
  readonly setChoices: (choices: ReadonlyMap<string, FileChoice>) => void
}

/** What above, where and how at the left, which files at the right. */
export function AddForm({items, targets, size, options, setOptions, choices, setChoices}: AddFormProps) {
  const [wanted, setWanted] = useState<string | null>(null)
  const shown = items.list.find(({id}) => id === wanted) ?? items.list[0] ?? null
  return (
    <div className="grid gap-4">
      <div className="grid gap-2">
        <ItemList items={items} shownId={shown?.id ?? null} onShow={setWanted} />
        <LinkField items={items} />
      </div>
      {/* Reaches the edges of the dialog. */}
      <div className="-mx-5 -mb-5 grid border-t border-line phone:grid-cols-2 phone:divide-x phone:divide-line">
        <div className="grid min-w-0 content-start gap-4 px-5 py-4">
          <TargetList targets={targets} size={size} torrents={items.list.length} />
          <OptionFields options={options} onChange={setOptions} details={targets.details} />
        </div>
        <div className="min-w-0 px-5 py-4 max-phone:border-t max-phone:border-line">
          <FilesPane
            key={shown?.id ?? ''}
            item={shown}
            details={targets.details}
            choice={(shown && choices.get(shown.id)) ?? null}
            onChange={(choice) => shown && setChoices(new Map(choices).set(shown.id, choice))}
          />
        </div>
      </div>
    </div>
  )
}
