import {Search} from 'lucide-react'
import {useDeferredValue, useMemo, useState} from 'react'
import type {TorrentContent} from '../../api/adding.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Input} from '../../ui/Input.tsx'
import {buildTree, filesBelow, foldedAtFirst, shownNodes} from '../details/files/file-tree.ts'
import {allWanted, fileMatches, leftOut, onlyThese, withPriority, type FileChoice} from './file-choice.ts'
import {FileChoiceTree} from './FileChoiceTree.tsx'

/** A filter, what to do with what it found, and the tree. */
export function FileChooser({
  content,
  choice,
  whyNotFirst,
  onChange,
}: {
  content: TorrentContent
  choice: FileChoice
  /** Why no file can go before others on the chosen servers. */
  whyNotFirst: string | undefined
  onChange: (choice: FileChoice) => void
}) {
  const tree = useMemo(() => buildTree(content.files), [content])
  const [typed, setTyped] = useState('')
  const [ownFolds, setFolds] = useState<ReadonlySet<string> | null>(null)
  const folded = useMemo(() => ownFolds ?? foldedAtFirst(tree), [ownFolds, tree])
  const wanted = useDeferredValue(typed)
  const matches = useMemo(() => fileMatches(tree, content, wanted), [tree, content, wanted])
  const shown = useMemo(() => shownNodes(tree, folded, matches), [tree, folded, matches])
  const found = () => filesBelow(tree, tree.nodes.keys(), matches)
  const reason = matches === null ? text('add.files.filter-first') : undefined
  return (
    <section aria-label={text('add.chosen-files')} className="grid gap-2">
      <h3 className="flex items-baseline gap-2 text-12 font-medium text-text-2">
        {text('add.chosen-files')}
        <span className="num ml-auto font-normal text-text-3">{sumWords(content, choice)}</span>
      </h3>
      <div className="flex flex-wrap gap-1.5">
        <Input
          icon={Search}
          isMono={typed !== ''}
          className="h-7! min-w-40 flex-1"
          value={typed}
          placeholder={text('add.files.filter')}
          aria-label={text('add.files.filter')}
          onChange={(event) => setTyped(event.target.value)}
          // The form is not sent by the key that ends a search.
          onKeyDown={(event) =>
            event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.preventDefault()
          }
        />
        <Button disabledReason={reason} onClick={() => onChange(onlyThese(content, found()))}>
          {text('add.files.only')}
        </Button>
        <Button
          variant="ghost"
          disabledReason={whyNotFirst ?? reason}
          onClick={() => onChange(withPriority(choice, found(), 'high'))}
        >
          {text('add.files.first')}
        </Button>
        <Button variant="ghost" onClick={() => onChange(allWanted)}>
          {text('add.files.all')}
        </Button>
      </div>
      <FileChoiceTree
        {...{tree, content, choice, shown, matches, folded, onChange}}
        onFold={(path, on) => {
          const next = new Set(folded)
          if (on) next.add(path)
          else next.delete(path)
          setFolds(next)
        }}
      />
    </section>
  )
}

/** "10 of 12, 48.1 GiB of 48.2 GiB". */
function sumWords({files, size}: TorrentContent, choice: FileChoice): string {
  const left = leftOut(choice)
  let skipped = 0
  for (const at of left) skipped += files[at]!.size
  return text('add.files.sum', {
    wanted: count(files.length - left.size),
    all: count(files.length),
    size: written(bytes(size - skipped)),
    whole: written(bytes(size)),
  })
}
