/** The part of the dissector that does not depend on the schema; it stands behind the generated tables. */
export const luaRuntime = `
-- Lua 5.3 and later have operators instead, which an older Lua cannot even parse.
local bits = bit32 or bit or load([[
  return {
    band = function(a, b) return a & b end,
    bxor = function(a, b) return a ~ b end,
    rshift = function(a, n) return a >> n end,
  }
]])()
local band, bxor, rshift = bits.band, bits.bxor, bits.rshift

local crc_table = {}
for n = 0, 255 do
  local c = n
  for _ = 1, 8 do
    if band(c, 1) == 1 then c = bxor(rshift(c, 1), 0x82f63b78) else c = rshift(c, 1) end
  end
  crc_table[n] = c
end

-- Goes on from the CRC of what stood before; 0 to start.
local function is_crc_right(tvb, offset, length, crc_offset, previous)
  local c = bxor(previous, 0xffffffff)
  local text = length > 0 and tvb:raw(offset, length) or ""
  for i = 1, #text do
    c = bxor(crc_table[band(bxor(c, text:byte(i)), 0xff)], rshift(c, 8))
  end
  local wanted = tvb(crc_offset, 4):le_uint()
  return bxor(bxor(c, 0xffffffff), wanted) == 0
end

local function add_bits(item, tvb, offset, size, names)
  local value = tvb(offset, size):le_uint()
  local found = {}
  for _, entry in ipairs(names) do
    if band(value, entry[1]) ~= 0 then found[#found + 1] = entry[2] end
  end
  if #found > 0 then item:append_text(" (" .. table.concat(found, ", ") .. ")") end
end

-- Adds fixed-size fields at offset; returns where they end.
local function add_fixed(tree, tvb, offset, field)
  if field.proto ~= nil then
    local item
    if field.kind == "hex" then
      item = tree:add(field.proto, tvb(offset, field.size))
    else
      item = tree:add_le(field.proto, tvb(offset, field.size))
    end
    if field.bits ~= nil then add_bits(item, tvb, offset, field.size, field.bits) end
  end
  return offset + field.size
end

-- Adds the fields of a payload; their numbers, lengths and counts go into seen. Returns false when it is malformed.
local function add_fields(tree, tvb, offset, stop, fields, seen)
  for _, field in ipairs(fields) do
    if field.later and offset == stop then return true end
    if field.size ~= nil then
      if offset + field.size > stop then return false end
      if field.size <= 4 then seen[field.name] = tvb(offset, field.size):le_uint() end
      offset = add_fixed(tree, tvb, offset, field)
    elseif field.kind == "string" then
      if offset + 2 > stop then return false end
      local length = tvb(offset, 2):le_uint()
      if offset + 2 + length > stop then return false end
      if length > 0 then
        tree:add(field.proto, tvb(offset + 2, length), tvb(offset + 2, length):string(ENC_UTF_8))
      else
        tree:add(field.proto, tvb(offset, 2), "")
      end
      offset = offset + 2 + length
    elseif field.kind == "bytes" then
      if offset + 4 > stop then return false end
      local length = tvb(offset, 4):le_uint()
      if offset + 4 + length > stop then return false end
      seen[field.name] = length
      if length > 0 then tree:add(field.proto, tvb(offset + 4, length)) end
      offset = offset + 4 + length
    elseif field.kind == "records" then
      if offset + 8 > stop then return false end
      local count = tvb(offset, 4):le_uint()
      local stride = tvb(offset + 4, 4):le_uint()
      local length = count * stride
      seen[field.name] = count
      if stride < field.least or offset + 8 + length > stop then return false end
      local list = tree:add(opu, tvb(offset, 8 + length), field.name .. ": " .. count)
      for i = 0, count - 1 do
        local start = offset + 8 + i * stride
        local entry = list:add(opu, tvb(start, stride), field.name .. "[" .. i .. "]")
        local at = start
        for _, inner in ipairs(field.record) do
          if at + inner.size > start + stride then break end
          at = add_fixed(entry, tvb, at, inner)
        end
      end
      offset = offset + 8 + length
    end
  end
  return true
end

-- Whether the fields of a message fit each other.
local function fits(message, seen)
  for _, r in ipairs(message.relations or {}) do
    if seen[r.bytes] ~= seen[r.records] * seen[r.each] then return false end
  end
  return true
end

local function has_magic(tvb, offset)
  return tvb(offset, 4):le_uint() == MAGIC
end

local infos = {}

-- Dissects one whole message, or what stands in the place of one.
local function dissect_message(tvb, pinfo, root)
  local length = tvb:len()
  pinfo.cols.protocol = "OPU"
  if length < HEADER_BYTES or not has_magic(tvb, 0) then
    local tree = root:add(opu, tvb(), "Optical processing unit: no message")
    tree:add_proto_expert_info(expert.not_a_message)
    return length
  end
  local type = tvb(8, 2):le_uint()
  local message = messages[type]
  local name = message and message.name or string.format("unknown type 0x%04x", type)
  local tree = root:add(opu, tvb(), "Optical processing unit: " .. name)
  local request = tvb(12, 4):le_uint()
  local header = tree:add(opu, tvb(0, HEADER_BYTES), "Header")
  header:add_le(header_fields.magic, tvb(0, 4))
  header:add_le(header_fields.version_major, tvb(4, 1))
  header:add_le(header_fields.version_minor, tvb(5, 1))
  header:add_le(header_fields.incompatible_flags, tvb(6, 1))
  add_bits(header:add_le(header_fields.compatible_flags, tvb(7, 1)), tvb, 7, 1, compatible_flags)
  header:add_le(header_fields.type, tvb(8, 2))
  header:add_le(header_fields.session, tvb(10, 2))
  header:add_le(header_fields.request_id, tvb(12, 4))
  header:add_le(header_fields.sequence, tvb(16, 8))
  header:add_le(header_fields.payload_length, tvb(24, 4))
  local header_crc = header:add_le(header_fields.header_crc, tvb(28, 4))
  tree:add(header_fields.message, tvb(8, 2), name)
  local info = name
  if request ~= 0 then info = info .. " #" .. request end
  if not is_crc_right(tvb, 0, 28, 28, 0) then
    header_crc:append_text(" (wrong)")
    header_crc:add_proto_expert_info(expert.header_crc)
    info = info .. " [wrong header CRC]"
  else
    if tvb(4, 1):uint() ~= VERSION_MAJOR then header:add_proto_expert_info(expert.version) end
    if tvb(6, 1):uint() ~= 0 then header:add_proto_expert_info(expert.incompatible_flag) end
    local payload = tvb(24, 4):le_uint()
    local stop = HEADER_BYTES + payload
    if stop + 4 ~= length then
      tree:add_proto_expert_info(expert.wrong_length)
    else
      local crc = tree:add_le(header_fields.payload_crc, tvb(stop, 4))
      if not is_crc_right(tvb, HEADER_BYTES, payload, stop, tvb(28, 4):le_uint()) then
        crc:append_text(" (wrong)")
        crc:add_proto_expert_info(expert.payload_crc)
        info = info .. " [wrong payload CRC]"
      elseif message == nil then
        header:add_proto_expert_info(expert.unknown_type)
      else
        local seen = {}
        if not add_fields(tree, tvb, HEADER_BYTES, stop, message.fields, seen) then
          tree:add_proto_expert_info(expert.malformed)
          info = info .. " [malformed]"
        elseif not fits(message, seen) then
          tree:add_proto_expert_info(expert.relation)
          info = info .. " [fields do not fit]"
        end
      end
    end
  end
  infos[#infos + 1] = info
  return length
end

-- Length of the message at offset; the rest of the segment when there is none.
local function message_length(tvb, _, offset)
  if not has_magic(tvb, offset) or not is_crc_right(tvb, offset, 28, offset + 28, 0) then return tvb:len() - offset end
  local total = HEADER_BYTES + tvb(offset + 24, 4):le_uint() + 4
  if total > MAXIMUM_MESSAGE then return tvb:len() - offset end
  return total
end

local last_packet = -1

-- Wireshark keeps the text of a reassembled message in front of that of the messages behind it.
local function show_infos(pinfo)
  if #infos == 0 then return end
  local text = table.concat(infos, ", ")
  if pinfo.number == last_packet then text = ", " .. text end
  last_packet = pinfo.number
  pinfo.cols.info = text
end

function opu.dissector(tvb, pinfo, root)
  infos = {}
  dissect_tcp_pdus(tvb, root, HEADER_BYTES, message_length, function(piece, piece_pinfo, tree)
    return dissect_message(piece, piece_pinfo, tree)
  end)
  show_infos(pinfo)
  return tvb:len()
end

local function is_ours(tvb)
  return tvb:len() >= HEADER_BYTES and has_magic(tvb, 0)
end

opu:register_heuristic("tcp", function(tvb, pinfo, root)
  if not is_ours(tvb) then return false end
  pinfo.conversation = opu
  -- A Lua dissector that is called as a heuristic gets no reassembly otherwise (seen with Wireshark 4.0).
  pinfo.can_desegment = 2
  opu.dissector(tvb, pinfo, root)
  return true
end)

-- USB bulk: a transfer is a message.
opu:register_heuristic("usb.bulk", function(tvb, pinfo, root)
  if not is_ours(tvb) then return false end
  infos = {}
  dissect_message(tvb, pinfo, root)
  show_infos(pinfo)
  return true
end)

DissectorTable.get("tcp.port"):add_for_decode_as(opu)
`;
