/** The head of a column. */
export interface Column {
  readonly name: string;
  /** Classes: its width, and `number` where it is aligned to the right. */
  readonly width?: string;
  /** Named for those who hear the page only: its cells speak for themselves. */
  readonly isUnseen?: boolean;
}

/** The heads of a table's columns. */
export const ColumnHeads = ({ columns }: { columns: readonly Column[] }) => (
  <thead>
    <tr>
      {columns.map(({ name, width, isUnseen }) => (
        <th scope="col" class={width}>
          {isUnseen ? <span class="unseen">{name}</span> : name}
        </th>
      ))}
    </tr>
  </thead>
);
