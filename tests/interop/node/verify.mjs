// Says what npm's @sigstore/verify makes of notes and of proofs that come with them: a JSON of
// questions on standard input, one of answers on standard output. The folder where it is installed
// comes as an argument.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const installed = `${process.argv[2]}/node_modules/@sigstore/verify/dist/tlog`;
const require = createRequire(import.meta.url);
const { verifyCheckpoint } = require(`${installed}/checkpoint.js`);
const { verifyMerkleInclusion } = require(`${installed}/merkle.js`);

const bytes = (text) => Buffer.from(text, "base64");

/** Ed25519, as its 32 bytes stand in a SubjectPublicKeyInfo. */
const publicKey = (raw) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]),
    format: "der",
    type: "spki",
  });

const isRight = ({ name, id, key, note, index, leaf, proof }) => {
  const log = { logID: bytes(id), publicKey: publicKey(bytes(key)), baseURL: name };
  const inclusionProof = {
    checkpoint: { envelope: bytes(note).toString() },
    logIndex: String(index),
    hashes: proof.map(bytes),
  };
  const entry = { inclusionProof, canonicalizedBody: bytes(leaf) };
  try {
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
    return true;
  } catch (refused) {
    if (refused.name !== "VerificationError" && refused.code !== "TLOG_INCLUSION_PROOF_ERROR") throw refused;
    return false;
  }
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(isRight)));
