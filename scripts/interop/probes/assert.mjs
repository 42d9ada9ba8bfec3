// The part of node:assert/strict that the probes use, for browsers.

export default function assert(value) {
  if (!value) throw new Error(`${value}: expected a true value`);
}

assert.equal = assert.deepEqual = (actual, expected) => {
  const [found, wanted] = [actual, expected].map(it => JSON.stringify(it));
  if (found !== wanted) throw new Error(`${found}: expected ${wanted}`);
};
